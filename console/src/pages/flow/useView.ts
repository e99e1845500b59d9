/** The view as state of the page: the address follows it, and every change can be taken back. */
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useReducer, useRef } from "react";
import {
  altered,
  type FlowSearch,
  type History,
  LOCAL,
  type Local,
  NO_HISTORY,
  noted,
  redone,
  SEARCH_NAMES,
  undone,
  type View,
} from "./view";

interface State {
  view: View;
  history: History;
}
type Step =
  | { is: "change"; search?: FlowSearch; local?: (local: Local) => Partial<Local>; walk?: string | undefined }
  | { is: "undo" }
  | { is: "redo" }
  | { is: "address"; search: FlowSearch };

const same = (a: FlowSearch, b: FlowSearch) => SEARCH_NAMES.every((name) => a[name] === b[name]);

export function stepped(state: State, step: Step): State {
  const { view, history } = state;
  switch (step.is) {
    case "address":
      return same(view.search, step.search) ? state : { ...state, view: { ...view, search: step.search } };
    case "undo":
      return undone(history, view) ?? state;
    case "redo":
      return redone(history, view) ?? state;
    case "change": {
      const search = step.search ? altered(view.search, step.search) : view.search;
      const local = step.local ? { ...view.local, ...step.local(view.local) } : view.local;
      if (same(search, view.search) && !step.local) return state;
      return { view: { search, local }, history: noted(history, view, step.walk ?? null) };
    }
  }
}

export interface Viewing {
  view: View;
  canUndo: boolean;
  canRedo: boolean;
  change: (search: FlowSearch, walk?: string) => void;
  arrange: (local: (local: Local) => Partial<Local>) => void;
  /** Both at once, as one step. */
  both: (search: FlowSearch, local: (local: Local) => Partial<Local>) => void;
  undo: () => void;
  redo: () => void;
}

export function useView(id: string, address: FlowSearch): Viewing {
  const navigate = useNavigate();
  const [state, step] = useReducer(stepped, { view: { search: address, local: LOCAL }, history: NO_HISTORY });
  const written = useRef(address);
  // A link or the browser's own way back changes the address without us.
  useEffect(() => {
    if (!same(address, written.current)) {
      written.current = address;
      step({ is: "address", search: address });
    }
  }, [address]);
  const { search } = state.view;
  useEffect(() => {
    if (same(search, written.current)) return;
    written.current = search;
    void navigate({ to: "/golden/$id/flow", params: { id }, search, replace: true });
  }, [search, id, navigate]);
  return {
    view: state.view,
    canUndo: state.history.past.length > 0,
    canRedo: state.history.future.length > 0,
    change: useCallback((change, walk) => step({ is: "change", search: change, walk }), []),
    arrange: useCallback((local) => step({ is: "change", local }), []),
    both: useCallback((change, local) => step({ is: "change", search: change, local }), []),
    undo: useCallback(() => step({ is: "undo" }), []),
    redo: useCallback(() => step({ is: "redo" }), []),
  };
}
