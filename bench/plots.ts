import { parse, View } from 'vega';
import { type Config, compile, type TopLevelSpec } from 'vega-lite';

/** What all plots have in common: dark on white, legible on any background. */
const STYLE: Config = {
  background: 'white',
  padding: 12,
  font: 'Helvetica, Arial, sans-serif',
  axis: {
    labelLimit: 400,
    labelFontSize: 12,
    titleFontSize: 12,
    titlePadding: 8,
    grid: true,
    gridColor: '#e5e5e5',
  },
  legend: { labelFontSize: 12, titleFontSize: 12, labelLimit: 0 },
  header: { labelFontSize: 12, titleFontSize: 12 },
  title: { fontSize: 14, anchor: 'start', offset: 12 },
  view: { stroke: null },
  // Okabe and Ito's colours, which colour-blind readers can distinguish, too.
  range: {
    category: ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#56b4e9', '#000000'],
  },
};

/** A plot, its data included: `{ data: { values: […] }, … }`. */
export type Plot = TopLevelSpec;

/** The size of a plot. */
export const WIDE = { width: 560, height: 300 } as const;

/** Draws a plot as SVG. */
export async function draw(plot: Plot): Promise<string> {
  const { spec } = compile({ ...plot, config: STYLE });
  const view = new View(parse(spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}
