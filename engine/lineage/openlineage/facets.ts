import { version as assayVersion } from '../../system/version.ts';

export const PRODUCER = `urn:assay:engine:${assayVersion}`;
export const SPEC = 'https://openlineage.io/spec';

export type Facet = Record<string, unknown> & { _producer: string; _schemaURL: string };
export type Facets = Record<string, Facet>;
export type EventDataset = {
  namespace: string;
  name: string;
  facets?: Facets;
  inputFacets?: Facets;
  outputFacets?: Facets;
};

/** A facet with who made it and the schema that it keeps to: `1-0-1/ErrorMessageRunFacet`. */
export function facet(place: string, values: Record<string, unknown>): Facet {
  const name = place.split('/')[1] ?? '';
  return { _producer: PRODUCER, _schemaURL: `${SPEC}/facets/${place}.json#/$defs/${name}`, ...values };
}
