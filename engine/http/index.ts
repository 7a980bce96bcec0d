export { bad, checkWay, findingOf, good } from './check-way.ts';
export { answerFailure, wayFailure } from './failures.ts';
export { followRedirects } from './follow-redirects.ts';
export { nextAddress } from './next-address.ts';
export type { RemoteContext } from './remote-context.ts';
export {
  createRemoteHttp,
  type HttpAnswer,
  type HttpRequest,
  type RemoteHttp,
} from './remote-http.ts';
