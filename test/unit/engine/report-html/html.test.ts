import { describe, expect, it } from 'vitest';
import { heatTable, histogramSvg, html, reportPage, table } from '../../../../engine/report-html/index.ts';

describe('pieces of a report', () => {
  it('escape what is put in, but for pieces themselves', () => {
    const inner = html`<b>${'<&"\'>'}</b>`;
    expect(inner.html).toBe('<b>&lt;&amp;&quot;&#39;&gt;</b>');
    expect(html`<p>${inner}${null}${['<', html`<i>`]}${2}</p>`.html).toBe(
      '<p><b>&lt;&amp;&quot;&#39;&gt;</b>&lt;<i>2</p>',
    );
  });

  it('make a table with cells where the columns say', () => {
    const { html: made } = table([{ title: 'a' }, { title: 'n', align: 'end' }], [['x<y', '1']]);
    expect(made).toContain('<th scope="col">a</th><th scope="col" class="end">n</th>');
    expect(made).toContain('<td>x&lt;y</td><td class="end">1</td>');
  });

  it('leave a cell of a matrix blank where there is no value', () => {
    expect(heatTable(['r'], ['a', 'b'], [[0.5, null]]).html).toContain('>0.50</td><td></td>');
  });

  it('draw bins of unequal width by area', () => {
    const { html: made } = histogramSvg({
      label: 'h',
      edges: [0, 1, 11],
      series: [[10, 10]],
      format: String,
      height: 116,
    });
    // The floor is at 100, the tallest bar 96 high; ten times as wide is a tenth as high.
    const heights = [...made.matchAll(/v-([\d.]+)h/g)].map((match) => Number(match[1]));
    expect(heights).toEqual([96, 9.6]);
  });

  it('make a page that may load nothing', () => {
    const page = reportPage({
      title: '<t>',
      facts: ['f'],
      sections: [{ id: 's', title: 'S', body: html`<p>x</p>` }],
      footer: 'end',
    });
    expect(page).toContain("default-src 'none'");
    expect(page).toContain('<title>&lt;t&gt;</title>');
    expect(page).toContain('<section id="s"><h2>S</h2><p>x</p></section>');
  });
});
