/**
 * The flow as a network in layers. Its library is fetched with this file alone. Places come from `graph`, so that the same
 * flow always looks the same and two thousand accounts need no layout in the browser.
 */
import { type EdgeData, Graph, type IElementEvent, type NodeData } from "@antv/g6";
import { useEffect, useMemo, useRef } from "react";
import { useWords } from "../../words";
import { COLOURS, type DrawingProps, linkColour, shortYuan, useDrawing } from "./drawing";
import { type Graph as Drawn, fits, graphOf, layered, type Place } from "./graph";
import { handle } from "./handle";

const MOST = 2_400;
/** With more nodes than this only the large ones carry words. */
const LABELS = 160;

export function Network(props: DrawingProps) {
  const { t } = useWords();
  const { flow, search, selected, picked, ready } = props;
  const { box, made: live, tell } = useDrawing<Graph>(props);
  const sheet = useRef<HTMLDivElement>(null);
  const marked = useRef<string[]>([]);
  const drawn = useMemo(() => graphOf(flow, search, MOST), [flow, search]);
  const rest = (n: number) => t("flow.rest", { n });
  const words = useRef(rest);
  words.current = rest;

  useEffect(() => {
    const [around, inner] = [box.current, sheet.current];
    if (!around || !inner) return;
    const places = layered(drawn);
    const graph = new Graph({
      container: inner,
      // Also of the picture that is saved.
      background: "#fff",
      autoResize: true,
      animation: false,
      autoFit: fits(places, inner.clientWidth, inner.clientHeight) ? "center" : "view",
      padding: 24,
      zoomRange: [ZOOM.least, ZOOM.most],
      data: dataOf(drawn, places, words.current),
      node: { type: "circle", state: { selected: SELECTED, picked: PICKED } },
      edge: { type: "line" },
      behaviors: [],
    });
    live.current = graph;
    const hand = handle(around, inner, {
      zoom: () => graph.getZoom(),
      range: ZOOM,
      moved: async (by, zoom, about) => {
        if (zoom !== 1) await graph.zoomBy(zoom, false, about);
        if (by[0] !== 0 || by[1] !== 0) await graph.translateBy(by, false);
      },
    });
    const idOf = (event: unknown) => String((event as IElementEvent).target.id);
    graph.on("node:click", (event: unknown) => !hand.dragged() && tell.selected(idOf(event)));
    graph.on("node:dblclick", (event: unknown) => tell.picked(idOf(event)));
    marked.current = [];
    const drawing = graph.render().then(() => around.setAttribute("data-drawn", String(drawn.nodes.length)));
    ready(() => graph.toDataURL({ type: "image/png", mode: "overall" }));
    return () => {
      live.current = null;
      hand.release();
      around.removeAttribute("data-drawn");
      // Taking it down while it draws would end in an error of the library.
      void drawing.catch(() => undefined).then(() => graph.destroy());
    };
  }, [box, live, tell, drawn, ready]);

  useEffect(() => {
    const graph = live.current;
    if (!graph) return;
    const known = new Set(drawn.nodes.map((n) => n.id));
    const states: Record<string, string[]> = {};
    for (const id of marked.current) if (known.has(id)) states[id] = [];
    for (const id of picked) if (known.has(id)) states[id] = ["picked"];
    if (selected && known.has(selected)) states[selected] = [...(states[selected] ?? []), "selected"];
    marked.current = Object.keys(states).filter((id) => (states[id]?.length ?? 0) > 0);
    void graph.setElementState(states, false).catch(() => undefined);
  }, [live, drawn, selected, picked]);

  return (
    <div
      ref={box}
      className="canvas"
      role="img"
      aria-label={t("flow.networkLabel")}
      data-testid="network"
      data-selected={selected ?? ""}
    >
      <div ref={sheet} className="sheet-of-canvas" />
    </div>
  );
}

const ZOOM = { least: 0.05, most: 3 };
const SELECTED = { stroke: "#12305c", lineWidth: 4, labelFontWeight: 600 };
const PICKED = { stroke: "#d98a00", lineWidth: 4 };

function dataOf(
  drawn: Drawn,
  places: ReadonlyMap<string, Place>,
  rest: (n: number) => string,
): { nodes: NodeData[]; edges: EdgeData[] } {
  const largest = Math.max(1, ...drawn.nodes.map((n) => n.weight));
  const spoken = new Set(
    [...drawn.nodes]
      .sort((a, b) => b.weight - a.weight)
      .slice(0, LABELS)
      .map((n) => n.id),
  );
  const nodes = drawn.nodes.map((n): NodeData => {
    const place = places.get(n.id) ?? { x: 0, y: 0 };
    const fill = n.family === "victim" ? linkColour(Number(n.id.slice(7))) : COLOURS[n.family];
    return {
      id: n.id,
      style: {
        ...place,
        size: 10 + 16 * Math.sqrt(n.weight / largest),
        fill,
        stroke: "#fff",
        lineWidth: 1,
        ...(spoken.has(n.id)
          ? {
              labelText: `${n.family === "rest" ? rest(n.count) : n.label} ${shortYuan(n.weight)}`,
              labelPlacement: "right" as const,
              labelFontSize: 13,
              labelFill: "#1c2430",
              labelOffsetX: 5,
              labelBackground: true,
              labelBackgroundFill: "#fff",
              labelBackgroundOpacity: 0.75,
              labelFontFamily: '"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif',
            }
          : {}),
      },
    };
  });
  const edges = drawn.links.map(
    (l): EdgeData => ({
      source: l.src,
      target: l.dst,
      style: {
        stroke: linkColour(l.victim),
        strokeOpacity: l.back ? 0.6 : 0.3,
        lineWidth: 0.6 + 5 * Math.sqrt(l.weight / largest),
        ...(l.back ? { lineDash: [4, 4] } : {}),
        ...(drawn.links.length <= 300 ? { endArrow: true, endArrowSize: 6 } : {}),
      },
    }),
  );
  return { nodes, edges };
}
