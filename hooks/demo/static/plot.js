// Draws the panels of one chart below each other: one time axis for all, and a mark where a product was given.

const HEIGHT = 76;
const AXIS = 26;
let drawn = [];
let redraw = () => {};

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);

function made(tag, text, attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** The first and last moment of all panels, with room at both ends. */
function span(plot) {
  const times = [...plot.panels.flatMap((panel) => panel.points), ...plot.given].map((each) => each.t);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const room = Math.max((last - first) * 0.04, 43200);
  return [first - room, last + room];
}

/** Dashed lines over the whole height where a product was given; the name beside the line in the first panel. */
function marks(given, named) {
  return (chart) => {
    const { ctx, bbox } = chart;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = colour("--given");
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    for (const each of given) {
      const x = Math.round(chart.valToPos(each.t, "x", true));
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      if (named) {
        const right = x > bbox.left + bbox.width / 2;
        ctx.textAlign = right ? "right" : "left";
        ctx.fillText("MSC product given", x, bbox.top - 5 * devicePixelRatio);
      }
    }
    ctx.restore();
  };
}

/** Steps of the time axis in seconds: whole days, and what is close to months and years. */
const STEPS = [1, 2, 3, 7, 14, 30, 60, 90, 180, 365, 730, 1825].map((days) => days * 86400);

/** A line from the lower to the upper bound where only bounds are known. */
function bars({ ctx, valToPos }, panel) {
  ctx.save();
  ctx.strokeStyle = colour("--score");
  ctx.lineWidth = 3 * devicePixelRatio;
  for (const { t, low, high } of panel.points.filter((point) => known(point) && point.low !== point.high)) {
    const x = valToPos(t, "x", true);
    ctx.beginPath();
    ctx.moveTo(x, valToPos(low, "y", true));
    ctx.lineTo(x, valToPos(high, "y", true));
    ctx.stroke();
  }
  ctx.restore();
}

const known = (point) => point.low !== undefined;

function said(point) {
  if (!point) return "";
  return known(point) ? `${point.said} (${point.when})` : `not computed (${point.when}): ${point.why.join(" ")}`;
}

function panelOf(place, panel, plot, range, first, last) {
  const newest = panel.points.at(-1);
  const box = made("div", "", { class: "panel" });
  const head = made("p", "", { class: "panel-head" });
  const value = made("span", said(newest), { class: "panel-value" });
  head.append(made("strong", panel.title), made("span", panel.unit, { class: "quiet" }), value);
  const canvas = made("div", "", {
    role: "img",
    "aria-label": `${panel.title} over time: ${panel.points.length} points, newest ${said(newest)}. The table below holds all.`,
  });
  box.append(head);
  place.append(box);
  if (!panel.points.some(known)) return null;
  box.append(canvas);
  const line = { stroke: colour(panel.name === "meld" ? "--score" : "--line-of-plot"), width: 2, points: { show: true, size: 6 } };
  const quiet = { stroke: colour("--quiet"), font: "11px system-ui, sans-serif", ticks: { show: false }, grid: { stroke: colour("--line"), width: 1 } };
  const values = ["low", "high"].map((end) => panel.points.map((point) => point[end] ?? null));
  return new uPlot({
    width: canvas.clientWidth,
    height: HEIGHT + (last ? AXIS : 0) + (first && plot.given.length ? 10 : 0),
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    legend: { show: false },
    padding: [first && plot.given.length ? 18 : 8, 34, last ? 0 : 8, 0],
    cursor: { sync: { key: "chart" }, y: false, drag: { x: false, y: false } },
    scales: { x: { range: () => range }, y: { range: (_, low, high) => roomy(low, high) } },
    axes: [
      { ...quiet, show: last, size: AXIS, space: 90, incrs: STEPS, values: (_, splits) => splits.map(day) },
      { ...quiet, size: 44, space: 16 },
    ],
    series: [{}, line, { ...line }],
    bands: [{ series: [2, 1], fill: colour("--band") }],
    hooks: {
      draw: [marks(plot.given, first), (chart) => bars(chart, panel)],
      setCursor: [(chart) => { value.textContent = said(panel.points[chart.cursor.idx] ?? newest); }],
    },
  }, [panel.points.map((point) => point.t), ...values], canvas);
}

/** Bounds of a value axis with room around the values; wide enough that a small change does not look like a large one. */
function roomy(low, high) {
  if (low === null || high === null) return [0, 1];
  const span = high - low;
  const room = Math.max(span * 0.15, (Math.abs(high) * 0.2 - span) / 2) || 1;
  return [low - room, high + room];
}

/** Draw `plot` into `place`, and again whenever the place or the colours change. */
export function draw(place) {
  redraw = () => {
    drawn.forEach((chart) => chart.destroy());
    place.replaceChildren();
    const plot = JSON.parse(place.dataset.plot);
    const range = span(plot);
    const [top, bottom] = [plot.panels.findIndex((panel) => panel.points.some(known)), plot.panels.length - 1];
    drawn = plot.panels.map((panel, i) => panelOf(place, panel, plot, range, i === top, i === bottom)).filter(Boolean);
  };
  redraw();
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (place.isConnected && place.clientWidth !== width) {
      width = place.clientWidth;
      redraw();
    }
  }).observe(place);
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw());
