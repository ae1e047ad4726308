import { medianOf } from './statistics.mjs';

const WIDTH = 860;
const LABEL_WIDTH = 320;
const BAR_HEIGHT = 18;
const ROW_HEIGHT = 26;
const HEAD_HEIGHT = 40;
const FIGURE_WIDTH = 60;

/** Bars of the processor time per request, one group for each kind of work. */
export function chartOf(subjects, works, samples) {
  const groups = works.flatMap((work) => groupOf(work, subjects, samples));
  let y = 8;
  const parts = groups.map((group) => {
    const part = drawGroup(group, y);
    y += HEAD_HEIGHT + group.bars.length * ROW_HEIGHT;
    return part;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 8}" font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}

function groupOf(work, subjects, samples) {
  const bars = subjects.flatMap(({ name, title }) => {
    const us = medianOf(samples.get(`${name} ${work.name}`), 'cpuUs');
    return us === undefined ? [] : [{ title, us, isOurs: name.startsWith('gateway') }];
  });
  return bars.length === 0 ? [] : [{ title: work.title, bars: bars.toSorted((a, b) => a.us - b.us) }];
}

function drawGroup({ title, bars }, top) {
  const longest = Math.max(...bars.map(({ us }) => us));
  const scale = (WIDTH - LABEL_WIDTH - FIGURE_WIDTH) / longest;
  const heading = `<text x="8" y="${top + 24}" font-weight="600">${escape(title)}: CPU µs per request</text>`;
  return [heading, ...bars.map((bar, i) => drawBar(bar, top + HEAD_HEIGHT + i * ROW_HEIGHT, scale))].join('\n');
}

function drawBar({ title, us, isOurs }, y, scale) {
  const width = us * scale;
  const baseline = y + BAR_HEIGHT - 4;
  return `<text x="${LABEL_WIDTH - 8}" y="${baseline}" text-anchor="end" fill="#333">${escape(title)}</text>
<rect x="${LABEL_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="2" fill="${isOurs ? '#1f6feb' : '#b6bec9'}"/>
<text x="${(LABEL_WIDTH + width + 6).toFixed(1)}" y="${baseline}" fill="#333">${us.toFixed(0)}</text>`;
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
