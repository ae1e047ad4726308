import request, { type Response } from 'supertest';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { type Misbehaviour, servePages, type StoredConnector } from './paged.platform.js';

type Answer = Record<string, unknown>;

/** A gateway and a signed-in caller that requests versions of the connector `shop` of `acme`. */
export class VersionGateway {
  private constructor(
    readonly gateway: TestGateway,
    readonly cookie: string,
  ) {}

  static start(settings: Record<string, string> = {}): Promise<VersionGateway> {
    return VersionGateway.startWith(() => startGateway(settings));
  }

  static async startWith(startOne: () => Promise<TestGateway>): Promise<VersionGateway> {
    const gateway = await startOne();
    return new VersionGateway(gateway, await gateway.signIn());
  }

  /** Sets the data of the platform. */
  serve(stored: StoredConnector, misbehave?: Misbehaviour): void {
    this.gateway.platform.reset();
    this.gateway.platform.behave(servePages(stored, misbehave));
  }

  /** Request targets that the platform received, without their common prefix. */
  get asked(): string[] {
    return this.gateway.platform.seen.map(({ target }) => target.replace('/api/connect/v1/o/acme/', ''));
  }

  ask(path: string): Promise<Response> {
    const url = `/api/connect/v1/o/acme/connectors/shop/versions/${path}`;
    return Promise.resolve(request(this.gateway.url).get(url).set('Cookie', this.cookie).set('X-CSRF', '1'));
  }

  async messages(version: string, query = ''): Promise<Answer> {
    const { body } = await this.succeed(`${version}/messages${query}`);
    return body as Answer;
  }

  async difference(version: string, from: string, query = ''): Promise<Answer> {
    const { body } = await this.succeed(`${version}/difference?from=${encodeURIComponent(from)}${query}`);
    return body as Answer;
  }

  close(): Promise<void> {
    return this.gateway.close();
  }

  private async succeed(path: string): Promise<Response> {
    const answer = await this.ask(path);
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    return answer;
  }
}
