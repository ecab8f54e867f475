import { pino, type Logger, type LevelWithSilent } from 'pino';

export type { Logger };
export type LogLevel = LevelWithSilent;

/** JSON lines on stderr, so that stdout stays the command's own answer. Credentials never reach a line. */
export function createLog(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['token', 'password', '*.token', '*.password', 'req.headers.authorization'], censor: '***' },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
