import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { markup } from './markup.ts';

describe('markup', () => {
  it('escapes values, in text and in attributes, and takes markup as it is', () => {
    const inner = markup`<b>${'<'}</b>`;
    expect(markup`<p title="${'"\''}">${inner}${[1, undefined, false, ' & ']}</p>`.text).toBe(
      '<p title="&quot;&#39;"><b>&lt;</b>1 &amp; </p>',
    );
  });

  it('lets nothing out of a text or an attribute, whatever the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(markup`${value}`.text).not.toMatch(/[<>"'\0]|&(?!amp;|lt;|gt;|quot;|#39;)/);
      }),
    );
  });
});
