/**
 * A command is one intent of a person. Promise: pressing again after a lost answer repeats the same intent
 * (same key); an answer, good or bad, ends it.
 */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { byItself } from "./again";
import { asProblem, type Problem } from "./problem";

export interface Command<V, R> {
  run: (input: V) => Promise<R>;
  fire: (input: V) => void;
  busy: boolean;
  problem: Problem | null;
  clear: () => void;
}

/** `refresh` names the query keys that the command makes stale. */
export function useCommand<V, R>(
  send: (input: V, key: string) => Promise<R>,
  options: { refresh?: string[]; onDone?: (result: R, input: V) => void; onProblem?: (problem: Problem) => void } = {},
): Command<V, R> {
  const key = useRef<string | null>(null);
  const queries = useQueryClient();
  const mutation = useMutation<R, Error, V>({
    mutationFn: async (input) => {
      key.current ??= crypto.randomUUID();
      try {
        const result = await send(input, key.current);
        key.current = null;
        return result;
      } catch (failure) {
        if (!asProblem(failure).offline) key.current = null;
        throw failure;
      }
    },
    onSuccess: (result, input) => {
      // The command is an entry of its own; the page that shows what became of it is no second look.
      byItself(() => {
        for (const name of options.refresh ?? []) void queries.invalidateQueries({ queryKey: [name] });
      });
      options.onDone?.(result, input);
    },
    onError: (failure) => options.onProblem?.(asProblem(failure)),
  });
  return {
    run: mutation.mutateAsync,
    fire: (input) => mutation.mutate(input),
    busy: mutation.isPending,
    problem: mutation.error ? asProblem(mutation.error) : null,
    clear: mutation.reset,
  };
}
