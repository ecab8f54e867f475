import express from 'express';

/** Everything the page needs comes from its own origin; nothing inline, nothing framed, no form leaves. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The built console (`npm run build`) as static files; other paths fall through. */
export function consoleRouter(folder: string): express.Router {
  const router = express.Router();
  router.use(
    express.static(folder, {
      index: 'index.html',
      // File names carry no hash, so browsers ask each time and get 304 while nothing changed.
      cacheControl: false,
      setHeaders(response) {
        response.set('Cache-Control', 'no-cache');
        response.set('Content-Security-Policy', CONTENT_SECURITY_POLICY);
        response.set('Referrer-Policy', 'no-referrer');
        response.set('X-Content-Type-Options', 'nosniff');
      },
    }),
  );
  return router;
}
