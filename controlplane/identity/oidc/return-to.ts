import { KeyholdError } from "../../../common/errors.ts";

/**
 * Where a browser goes once it is signed in: a path of our own, never another site, however the path is spelled.
 * @throws KeyholdError `invalid`
 */
export function checkReturnTo(text: string | null): string {
  if (text === null || text === "") return "/";
  // Browsers read `/\evil` and `/<tab>/evil` as `//evil`, which is another host.
  const plain = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text);
  const base = "http://keyhold.invalid";
  const url = plain ? URL.parse(text, base) : null;
  if (url !== null && url.origin === base && !url.pathname.startsWith("//")) {
    return url.pathname + url.search + url.hash;
  }
  throw new KeyholdError({
    code: "invalid",
    field: "return_to",
    message: "return_to is not a path of this server",
    next: "give a path that starts with one /, or leave it out",
  });
}

/**
 * Where a command line listens for its answer: the same machine as the browser's, by address, so that no name can be made to
 * mean another machine.
 * @throws KeyholdError `invalid`
 */
export function checkLoopback(text: string): URL {
  const url = /^http:\/\/127\.0\.0\.1:\d{1,5}\/[A-Za-z0-9/_-]*$/.test(text) ? URL.parse(text) : null;
  if (url !== null && url.port !== "" && url.port !== "0") return url;
  throw new KeyholdError({
    code: "invalid",
    field: "redirect_uri",
    message: "redirect_uri is not on the loopback interface",
    next: "write it like http://127.0.0.1:43211/",
  });
}
