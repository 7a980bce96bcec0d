import type { ModelVersion } from '../contract/index.ts';

/**
 * The headers that tell callers that a version is deprecated: Deprecation since when (RFC 9745), Sunset until when it answers
 * (RFC 8594), and a link to what to use instead (`successor-version`, RFC 5829). Empty for a version that is not.
 */
export function deprecationHeaders({ model, deprecation }: ModelVersion): Record<string, string> {
  if (deprecation === null) return {};
  const { fromMs, sunsetMs, replacement } = deprecation;
  const address = `/api/v1/models/${encodeURIComponent(model)}/versions`;
  return {
    // A structured date: whole seconds since the epoch.
    Deprecation: `@${Math.floor(fromMs / 1000)}`,
    ...(sunsetMs === null ? {} : { Sunset: new Date(sunsetMs).toUTCString() }),
    ...(replacement === null ? {} : { Link: `<${address}/${replacement}>; rel="successor-version"` }),
  };
}
