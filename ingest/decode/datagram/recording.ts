import type { ReadReport, Reject, RowSink } from '../format';
import { createDatagramDecoder } from './decoder';

/** Rejects that a report shows; the rest are only counted. */
const REJECTS_SHOWN = 20;

/** Datagrams, or messages of a connection, out of a file: decodes them, and keeps the file's report. */
export class Recording {
  private readonly rejects: Reject[] = [];
  private rejected = 0;
  private skipped = 0;
  private place: Reject['where'] = {};
  private readonly decoder = createDatagramDecoder({ onReject: (reject) => this.keep(reject) });

  constructor(private readonly sink: RowSink) {}

  /**
   * @param place where the datagram is in the file
   * @param session the connection that a message came over, see `Sender`
   */
  async take(datagram: Uint8Array, address: Uint8Array, place: Reject['where'], session?: number): Promise<void> {
    this.place = place;
    const from = session === undefined ? { address } : { address, session };
    this.decoder.decode(datagram, from, this.sink.receivedMicros, this.sink.batches);
    await this.sink.drain();
  }

  /** A connection has ended. */
  end(session: number): void {
    this.decoder.end(session);
  }

  skip(): void {
    this.skipped++;
  }

  reject(code: string, message: string, where: Reject['where']): void {
    this.place = {};
    this.keep({ code, message, where });
  }

  /** To be called at the end of the file. */
  report(): ReadReport {
    this.place = {};
    this.decoder.settle();
    const report = { rows: 0, skipped: this.skipped, lost: 0, sightings: 0, exporters: [] as string[] };
    const heard = { exporters: this.decoder.health(), names: this.decoder.takeNames() };
    for (const { records, skipped, lost, exporter, domain, format } of heard.exporters) {
      report.rows += records;
      report.lost += lost;
      for (const count of Object.values(skipped)) report.skipped += count;
      if (format !== 'unknown') report.exporters.push(`${exporter} domain ${domain}`);
    }
    return { ...report, rejected: this.rejected, rejects: this.rejects, heard };
  }

  private keep(reject: Reject): void {
    this.rejected++;
    if (this.rejects.length < REJECTS_SHOWN)
      this.rejects.push({ ...reject, where: { ...this.place, ...reject.where } });
  }
}
