/** The flow as a Sankey drawing. Its library is fetched with this file alone; no tooltip, which would need inline styles. */
import { SankeyChart } from "echarts/charts";
import { type ECharts, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useMemo } from "react";
import { useWords } from "../../words";
import { COLOURS, type DrawingProps, linkColour, shortYuan, useDrawing } from "./drawing";
import { graphOf } from "./graph";

use([SankeyChart, CanvasRenderer]);

/** More bands than this cannot be told apart; the smallest are gathered, layer by layer. */
const BANDS = 70;

export function Sankey(props: DrawingProps) {
  const { t } = useWords();
  const { flow, search, selected, picked, ready } = props;
  const { box, made: chart, tell } = useDrawing<ECharts>(props);
  const largest = useMemo(() => graphOf(flow, search, BANDS), [flow, search]);
  // A selected account that is too small for the drawing comes in, with what leads to it.
  const missing = selected && !largest.nodes.some((n) => n.id === selected) ? selected : undefined;
  const graph = useMemo(
    () => (missing ? graphOf(flow, search, BANDS, [missing]) : largest),
    [largest, flow, search, missing],
  );

  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current, null, { renderer: "canvas" });
    chart.current = made;
    const hear = (event: { dataType?: string; data?: unknown }, what: (id: string) => void) => {
      const id = (event.data as { name?: string } | undefined)?.name;
      if (event.dataType === "node" && id) what(id);
    };
    made.on("click", (event) => hear(event, tell.selected));
    made.on("dblclick", (event) => hear(event, tell.picked));
    const watcher = new ResizeObserver(() => made.resize());
    watcher.observe(box.current);
    return () => {
      watcher.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [box, chart, tell]);

  useEffect(() => {
    const names = new Map(
      graph.nodes.map((n) => [n.id, n.family === "rest" ? t("flow.rest", { n: n.count }) : n.label]),
    );
    chart.current?.setOption(
      {
        animation: false,
        series: [
          {
            type: "sankey",
            left: 14,
            right: 130,
            top: 16,
            bottom: 16,
            nodeWidth: 12,
            nodeGap: graph.nodes.length > 50 ? 5 : 12,
            layoutIterations: 32,
            draggable: false,
            emphasis: { focus: "adjacency" },
            blur: { itemStyle: { opacity: 0.35 } },
            label: {
              fontSize: 12,
              color: "#1c2430",
              fontFamily: '"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif',
              formatter: (node: { name: string; value: unknown }) =>
                `${names.get(node.name) ?? ""}  ${shortYuan(Number(node.value))}`,
            },
            data: graph.nodes.map((n) => ({
              name: n.id,
              depth: n.layer,
              itemStyle: {
                color: n.family === "victim" ? linkColour(Number(n.id.slice(7))) : COLOURS[n.family],
                borderColor: n.id === selected ? "#12305c" : picked.has(n.id) ? COLOURS.reach : "transparent",
                borderWidth: n.id === selected || picked.has(n.id) ? 3 : 0,
              },
              label: {
                fontWeight: n.id === selected ? "bold" : "normal",
              },
            })),
            links: graph.links
              .filter((l) => !l.back)
              .map((l) => ({
                source: l.src,
                target: l.dst,
                value: l.weight,
                lineStyle: {
                  color: linkColour(l.victim),
                  opacity: l.src === selected || l.dst === selected ? 0.5 : 0.22,
                  curveness: 0.5,
                },
              })),
          },
        ],
      },
      { notMerge: true },
    );
    ready(() => chart.current?.getDataURL({ pixelRatio: 2, backgroundColor: "#fff" }) ?? null);
  }, [chart, graph, selected, picked, ready, t]);

  const back = graph.links.filter((l) => l.back).length;
  return (
    <>
      <div
        ref={box}
        className="canvas"
        role="img"
        aria-label={t("flow.sankeyLabel")}
        data-testid="sankey"
        data-selected={selected ?? ""}
      />
      {back > 0 ? <div className="canvas-note">{t("flow.backNotDrawn", { n: back })}</div> : null}
    </>
  );
}
