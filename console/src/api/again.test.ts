import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { askedAgain, byItself } from "./again";
import { client } from "./client";

test("a page that is opened looks; one that is refreshed by an event asks again; one opened later looks", async () => {
  const queries = new QueryClient();
  const seen: boolean[] = [];
  const page = () =>
    new QueryObserver(queries, {
      queryKey: ["golden", "1"],
      queryFn: () => {
        seen.push(askedAgain());
        return Promise.resolve(seen.length);
      },
    }).subscribe(() => {});
  const asked = (times: number) => vi.waitFor(() => expect([seen.length, queries.isFetching()]).toEqual([times, 0]));
  const close = page();
  await asked(1);
  byItself(() => void queries.invalidateQueries({ queryKey: ["golden"] }));
  await asked(2);
  close();
  // Nobody looks: an event makes it stale and asks nothing.
  byItself(() => void queries.invalidateQueries({ queryKey: ["golden"] }));
  const again = page();
  await asked(3);
  again();
  expect(seen).toEqual([false, true, false]);
});

test("the request says that the page asks again, and only then", async () => {
  const headers: (string | null)[] = [];
  const fetch = (request: Request) => {
    headers.push(request.headers.get("X-Asked-Again"));
    return Promise.resolve(new Response("{}", { headers: { "Content-Type": "application/json" } }));
  };
  const ask = () => client.GET("/api/counts", { fetch, baseUrl: "http://fz.local" });
  await ask();
  let again: Promise<unknown> = Promise.resolve();
  byItself(() => {
    again = ask();
  });
  await again;
  await ask();
  expect(headers).toEqual([null, "1", null]);
});
