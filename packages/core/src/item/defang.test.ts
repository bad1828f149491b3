import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { defang, refang } from "./defang.ts";

test.each([
  ["198.51.100.7", "ipv4-addr", "198[.]51[.]100[.]7"],
  ["2001:db8::1", "ipv6-addr", "2001[:]db8[:][:]1"],
  ["evil.example", "domain-name", "evil[.]example"],
  ["https://evil.example:8443/a.zip?x=1", "url", "hxxps[:]//evil[.]example:8443/a[.]zip?x=1"],
  ["HTTP://evil.example/", "url", "hxxp[:]//evil[.]example/"],
  ["ftp://evil.example/", "url", "ftp[:]//evil[.]example/"],
  ["a.b@evil.example", "email-addr", "a[.]b[@]evil[.]example"],
  [
    "9CB7716D83C0D06AB356BDFA52DEF1AF64BC5210",
    "file-hash",
    "9CB7716D83C0D06AB356BDFA52DEF1AF64BC5210",
  ],
] as const)("shows %s so that it cannot be clicked", (value, kind, shown) => {
  expect(defang(value, kind)).toBe(shown);
  expect(refang(shown).toLowerCase()).toBe(value.toLowerCase());
});

test.each([
  ["evil(.)example", "evil.example"],
  ["evil[dot]example", "evil.example"],
  ["evil{.}example", "evil.example"],
  ["hxxp://evil[.]example/a", "http://evil.example/a"],
  ["h**ps://evil[.]example", "https://evil.example"],
  ["hxxp[://]evil.example", "http://evil.example"],
  ["user[at]evil[.]example", "user@evil.example"],
  ["plain", "plain"],
])("restores %s", (written, value) => {
  expect(refang(written)).toBe(value);
});

const host = fc.domain();
test.prop([host, fc.webPath(), fc.constantFrom("http", "https", "ftp")])(
  "gives back every address that it has defanged",
  (name, path, scheme) => {
    fc.pre(!/\[|\(|\{|hxxp/i.test(path));
    const url = `${scheme}://${name}${path}`;
    expect(refang(defang(url, "url"))).toBe(url);
    expect(defang(url, "url")).not.toMatch(/https?:|:\/\/|[^[]\./);
  },
);
