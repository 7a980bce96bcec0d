import type { WebhookService } from '../../../engine/webhooks/index.ts';
import { type Webhook, WebhookEvent } from '../../contract/index.ts';
import { type MlflowEndpoint, rpc } from './endpoint.ts';
import { invalidParameter } from './errors.ts';
import { unlessEmpty } from './fields.ts';
import { enumeration, int64, message, repeated, required, text } from './message.ts';
import { offsetOf, pageToken } from './page-token.ts';

const base = '/mlflow/webhooks';
const maxPage = 1000;

const entities = {
  REGISTERED_MODEL: 1,
  MODEL_VERSION: 2,
  MODEL_VERSION_TAG: 3,
  MODEL_VERSION_ALIAS: 4,
  PROMPT: 5,
  PROMPT_VERSION: 6,
  PROMPT_TAG: 7,
  PROMPT_VERSION_TAG: 8,
  PROMPT_ALIAS: 9,
} as const;
const actions = { CREATED: 1, UPDATED: 2, DELETED: 3, SET: 4 } as const;
const statuses = { ACTIVE: 1, DISABLED: 2 } as const;

const EventMessage = message({
  entity: required(enumeration(entities)),
  action: required(enumeration(actions)),
});
type EventMessage = { entity: keyof typeof entities; action: keyof typeof actions };

/** Throws INVALID_PARAMETER_VALUE for a pair that does not happen. */
function eventOf({ entity, action }: EventMessage): WebhookEvent {
  const found = WebhookEvent.options.find((event) => event === `${entity}.${action}`.toLowerCase());
  if (found !== undefined) return found;
  throw invalidParameter(`Invalid action '${action}' for entity '${entity}'.`);
}

/** Throws INVALID_PARAMETER_VALUE. */
function checkName(name: string): void {
  if (/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(name)) return;
  throw invalidParameter(
    `Webhook name "${name.slice(0, 100)}" is invalid: it has 1 to 63 letters, digits, dots, underscores and hyphens, and starts and ends with a letter or digit.`,
  );
}

function webhookJson(webhook: Webhook): object {
  return {
    webhook_id: webhook.id,
    name: webhook.name,
    ...(webhook.description === '' ? {} : { description: webhook.description }),
    url: webhook.url,
    // MLflow's clients refuse what they have no word for.
    events: webhook.events.flatMap((event) => {
      const [entity = '', action] = event.toUpperCase().split('.');
      return Object.hasOwn(entities, entity) ? [{ entity, action }] : [];
    }),
    status: webhook.status.toUpperCase(),
    creation_timestamp: webhook.createdAtMs,
    last_updated_timestamp: webhook.updatedAtMs,
  };
}

/** `webhooks/…`: see docs/reference/mlflow-compatibility.md. */
export function webhookEndpoints(webhooks: WebhookService): MlflowEndpoint[] {
  const byId = message({ webhook_id: required(text()) });
  const optional = {
    description: text(),
    secret: text(),
    status: enumeration(statuses),
    events: repeated(EventMessage),
  };
  const statusOf = (status: keyof typeof statuses): Webhook['status'] =>
    status === 'ACTIVE' ? 'active' : 'disabled';

  return [
    rpc(
      'POST',
      base,
      message({ ...optional, name: required(text()), url: required(text()) }),
      async (input) => {
        checkName(input.name);
        if (input.events.length === 0) throw invalidParameter("'events' has to name at least one event.");
        const webhook = await webhooks.create({
          name: input.name,
          url: input.url,
          description: input.description ?? '',
          secret: input.secret === undefined || input.secret === '' ? null : input.secret,
          status: statusOf(input.status ?? 'ACTIVE'),
          events: [...new Set(input.events.map(eventOf))],
        });
        return { webhook: webhookJson(webhook) };
      },
    ),
    rpc('GET', base, message({ max_results: int64(), page_token: text() }), async (input) => {
      const limit = input.max_results ?? 100;
      if (limit < 1 || limit > maxPage) {
        throw invalidParameter(
          `Invalid value ${limit} for parameter 'max_results': it has to be 1 to ${maxPage}.`,
        );
      }
      const offset = offsetOf(input.page_token);
      const found = await webhooks.list({ offset, limit: limit + 1 });
      return {
        ...unlessEmpty('webhooks', found.slice(0, limit).map(webhookJson)),
        ...(found.length > limit ? { next_page_token: pageToken(offset + limit) } : {}),
      };
    }),
    rpc('GET', `${base}/{webhook_id}`, byId, async ({ webhook_id: id }) => ({
      webhook: webhookJson(await webhooks.get(id)),
    })),
    rpc(
      'PATCH',
      `${base}/{webhook_id}`,
      message({ ...optional, webhook_id: required(text()), name: text(), url: text() }),
      async ({ webhook_id: id, name, url, description, secret, status, events }) => {
        if (name) checkName(name);
        const webhook = await webhooks.update(id, {
          ...(name ? { name } : {}),
          ...(url ? { url } : {}),
          ...(description === undefined ? {} : { description }),
          ...(secret === undefined ? {} : { secret: secret === '' ? null : secret }),
          ...(status === undefined ? {} : { status: statusOf(status) }),
          ...(events.length === 0 ? {} : { events: [...new Set(events.map(eventOf))] }),
        });
        return { webhook: webhookJson(webhook) };
      },
    ),
    rpc('DELETE', `${base}/{webhook_id}`, byId, async ({ webhook_id: id }) => {
      await webhooks.delete(id);
      return {};
    }),
    rpc(
      'POST',
      `${base}/{webhook_id}/test`,
      message({ webhook_id: required(text()), event: EventMessage.nullish() }),
      async ({ webhook_id: id, event }) => {
        const { delivery, body } = await webhooks.test(id, event ? eventOf(event) : undefined);
        const { status, failure } = delivery;
        return status === null
          ? { result: { success: false, error_message: `Failed to test webhook: ${failure}` } }
          : { result: { success: status < 400, response_status: status, response_body: body } };
      },
    ),
  ];
}
