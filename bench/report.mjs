import { median, medianOf } from './statistics.mjs';

const COLUMNS = ['subject', 'CPU µs', 'req/s', 'p50 ms', 'p99 ms', 'waited %'];

/** The tables as Markdown: one for each kind of work, one for memory and start-up. */
export function tablesOf(subjects, works, samples, memory, footprints) {
  const tables = works.map((work) => tableOfWork(subjects, work, samples));
  return [...tables, memoryTable(subjects, memory), footprintTable(footprints)]
    .filter((table) => table !== '')
    .join('\n\n');
}

/** The table of one kind of work as Markdown. */
export function tableOfWork(subjects, work, samples) {
  const rows = subjects.flatMap((subject) => rowOf(subject, samples.get(`${subject.name} ${work.name}`)));
  return `### ${work.title}\n${tableOf(COLUMNS, rows)}`;
}

function rowOf(subject, samples) {
  if (samples === undefined) return [];
  const figure = (name) => medianOf(samples, name);
  return [
    [
      subject.title,
      figure('cpuUs').toFixed(1),
      Math.round(figure('perSecond')).toString(),
      (figure('p50Us') / 1_000).toFixed(2),
      (figure('p99Us') / 1_000).toFixed(2),
      (figure('waitedShare') * 100).toFixed(0),
    ],
  ];
}

function memoryTable(subjects, memory) {
  const rows = subjects.map(({ name, title }) => [
    title,
    memory.before.get(name).toFixed(0),
    memory.after.get(name).toFixed(0),
  ]);
  return `### Memory, MB in RAM\n${tableOf(['subject', 'before the load', 'after all of it'], rows)}`;
}

function footprintTable({ start, idle }) {
  const rows = [
    ...start.flatMap(({ title, readyMs, idleMb }) => [
      [title, 'start until ready', `${(median(readyMs) / 1_000).toFixed(2)} s`],
      [title, 'at rest', `${median(idleMb).toFixed(0)} MB`],
    ]),
    ...idle.map(({ title, connections, beforeMb, afterMb }) => [
      title,
      `${connections} idle connections`,
      `${beforeMb.toFixed(0)} → ${afterMb.toFixed(0)} MB`,
    ]),
  ];
  return rows.length === 0 ? '' : `### Fresh processes\n${tableOf(['subject', 'what', 'figure'], rows)}`;
}

/** A line that holds a figure against the most that it may be; one that could not be measured says so. */
export function verdictOf(title, figure, bar, unit = '', digits = 2) {
  const verdict = Number.isNaN(figure) ? 'NOT MEASURED' : figure <= bar ? 'met' : 'MISSED';
  return `${title.padEnd(60)} ${`${fixed(figure, digits)} ${unit}`.padEnd(12)} bar ${`${bar} ${unit}`.padEnd(8)} ${verdict}`;
}

/** A figure with so many digits behind the point; a dash where there is none, `never` for a time without end. */
export function fixed(figure, digits) {
  if (Number.isNaN(figure)) return '–';
  return Number.isFinite(figure) ? figure.toFixed(digits) : 'never';
}

/** A Markdown table whose columns line up; the first holds words, the others figures. */
export function tableOf(columns, rows) {
  const widths = columns.map((column, i) => Math.max(column.length, ...rows.map((row) => row[i].length)));
  const lineOf = (cells) => `| ${cells.map((cell, i) => pad(cell, widths[i], i)).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [lineOf(columns), rule, ...rows.map(lineOf)].join('\n');
}

function pad(cell, width, column) {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
