import { z } from 'zod';
import { secretField } from '../../secrets/index.ts';

export const HttpSettings = z.object({
  address: z.url({ protocol: /^https?$/ }).meta({
    title: 'Address',
    description: 'What all addresses of the service begin with: https://api.example.com/v1',
  }),
  token: secretField('Sent as "Authorization: Bearer …"').meta({ title: 'Token' }),
  user: z.string().optional().meta({ title: 'User', description: 'Instead of a token' }),
  password: secretField('Of the user').meta({ title: 'Password' }),
  header: z
    .string()
    .regex(/^[A-Za-z0-9-]+$/, 'the name of a header')
    .optional()
    .meta({
      title: 'Header',
      description: 'Where the service wants its key in a header of its own: X-Api-Key',
    }),
  headerValue: secretField('Of that header').meta({ title: 'Value of the header' }),
  parameter: z
    .string()
    .optional()
    .meta({ title: 'Parameter', description: 'Where the service wants its key in the address: api_key' }),
  parameterValue: secretField('Of that parameter').meta({ title: 'Value of the parameter' }),
});
export type HttpSettings = z.infer<typeof HttpSettings>;

/**
 * A request with the credentials of a connection, which go to the origin of its address alone: what is sent on to
 * another host goes without.
 */
export function withCredentials(
  settings: HttpSettings | null,
  url: URL,
): { url: URL; headers: Record<string, string> } {
  if (settings === null || url.origin !== new URL(settings.address).origin) return { url, headers: {} };
  const { token, user, password, header, headerValue, parameter, parameterValue } = settings;
  const headers: Record<string, string> = {};
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  else if (user !== undefined)
    headers.authorization = `Basic ${Buffer.from(`${user}:${password ?? ''}`, 'utf8').toString('base64')}`;
  if (header !== undefined && headerValue !== undefined) headers[header.toLowerCase()] = headerValue;
  const whole = new URL(url);
  if (parameter !== undefined && parameterValue !== undefined)
    whole.searchParams.set(parameter, parameterValue);
  return { url: whole, headers };
}
