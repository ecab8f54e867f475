import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import request from 'supertest';
import { consoleRouter } from './serve';

const folder = mkdtempSync(join(tmpdir(), 'console-'));
const app = express().use(consoleRouter(folder));
app.use((_, response) => void response.status(404).send('next'));

beforeAll(() => {
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'app.js'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each(['/', '/app.js'])('serves %s with a policy that lets nothing in from elsewhere', async (path) => {
  const { headers, status } = await request(app).get(path);
  expect(status).toBe(200);
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
  expect(headers['content-security-policy']).not.toContain('unsafe');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['referrer-policy']).toBe('no-referrer');
});

it('lets browsers keep a file but makes them ask', async () => {
  const first = await request(app).get('/app.js');
  expect(first.headers['cache-control']).toBe('no-cache');
  const again = await request(app)
    .get('/app.js')
    .set('If-None-Match', first.headers['etag'] ?? '');
  expect(again.status).toBe(304);
});

it.each(['/api/v1/status', '/../serve.ts', '/%2e%2e/serve.ts'])('leaves %s to others', async (path) => {
  expect((await request(app).get(path)).text).toBe('next');
});
