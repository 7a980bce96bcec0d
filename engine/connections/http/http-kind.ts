import { checkWay, followRedirects } from '../../http/index.ts';
import { defineConnectionKind } from '../connection-kind.ts';
import { HttpSettings, withCredentials } from './http-settings.ts';

export const httpKind = defineConnectionKind({
  kind: 'http',
  title: 'Web service',
  description: 'Files and JSON of an address that wants credentials.',
  reads: 'http',
  schema: HttpSettings,
  address: ({ address }) => address,
  async check(settings, context) {
    const url = new URL(settings.address);
    const request: typeof context.http.request = (asked) => {
      const { url: whole, headers } = withCredentials(settings, new URL(asked.url));
      return context.http.request({ ...asked, url: whole, headers });
    };
    const http = {
      ...context.http,
      // The address itself need not be a page: that it is not there is an answer, too.
      request: () => followRedirects(request, { method: 'GET', url, expect: [400, 404, 405] }),
    };
    return (await checkWay({ method: 'GET', url }, { ...context, http })).findings;
  },
});
