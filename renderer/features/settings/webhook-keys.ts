/** Where what is known of webhooks stands in the cache of the page. */
export const webhookKeys = {
  list: ['webhooks', 'list'] as const,
  deliveries: (id: string) => ['webhooks', 'item', id, 'deliveries'] as const,
};
