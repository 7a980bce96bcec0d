import { describe, expect, it } from 'vitest';
import { scopeFilter, splitOrder } from '../../../../../../renderer/features/runs/table/scope-filter.ts';

const scope = "experimentId = '3'";

describe('scopeFilter', () => {
  it('asks for the scope alone when nothing was typed', () => {
    expect(scopeFilter('  ', scope)).toEqual({ filter: scope, offset: 0 });
  });

  it('asks for everything when there is neither text nor scope', () => {
    expect(scopeFilter('', undefined).filter).toBeUndefined();
  });

  it('keeps "or" inside the scope', () => {
    expect(scopeFilter('metrics.auc > 0.8 or metrics.f1 > 0.5', scope).filter).toBe(
      `(metrics.auc > 0.8 or metrics.f1 > 0.5) and ${scope}`,
    );
  });

  it('puts "order by" behind the scope', () => {
    expect(scopeFilter('metrics.auc > 0.8 order by metrics.auc desc', scope).filter).toBe(
      `(metrics.auc > 0.8 ) and ${scope} order by metrics.auc desc`,
    );
    expect(scopeFilter('ORDER BY name', scope).filter).toBe(`${scope} ORDER BY name`);
  });

  it('sends text with a bracket that closes too much as it is, so that the server points at it', () => {
    expect(scopeFilter("name = 'a') or (name = 'b'", scope)).toEqual({
      filter: "name = 'a') or (name = 'b'",
      offset: 0,
    });
  });

  it('tells how far offsets shift', () => {
    const scoped = scopeFilter('metrics.auc >> 1', scope);
    expect(scoped.filter?.slice(scoped.offset)).toMatch(/^metrics\.auc >> 1/);
  });
});

describe('splitOrder', () => {
  it('looks past quoted text and names that only begin alike', () => {
    const text = "tags.note = 'order by x' and params.order = 'by' order by name";
    expect(splitOrder(text)).toEqual({
      conditions: "tags.note = 'order by x' and params.order = 'by' ",
      order: 'order by name',
    });
  });
});
