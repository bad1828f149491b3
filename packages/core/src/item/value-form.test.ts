import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import {
  hashOfDigits,
  isNetworkAddress,
  isOfKind,
  isPlaceholderAddress,
  isSpecialAddress,
  parseIpv4,
  parseIpv6,
} from "./value-form.ts";

test.prop([fc.ipV4()])("reads every dotted address", (address) => {
  expect(parseIpv4(address)?.join(".")).toBe(address);
});

test.prop([fc.ipV6()])("reads every IPv6 address that is drawn", (address) => {
  expect(parseIpv6(address)).toHaveLength(16);
});

test.each(["1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.4 ", "0x1.2.3.4", "1.2.3.", ""])(
  "takes %j for no IPv4 address",
  (text) => {
    expect(parseIpv4(text)).toBeUndefined();
  },
);

test.each(["", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "::g"])(
  "takes %j for no IPv6 address",
  (text) => {
    expect(parseIpv6(text)).toBeUndefined();
  },
);

test.each(["1:2:3:4:5:6:7::8", "::1.2.3.4.5", "::1.2.3.256", "1::%eth0"])(
  "takes %j for no IPv6 address either",
  (text) => {
    expect(parseIpv6(text)).toBeUndefined();
  },
);

test("knows the addresses that name no host outside", () => {
  const special = [
    "10.1.2.3",
    "172.31.0.1",
    "192.168.1.1",
    "127.0.0.1",
    "169.254.1.1",
    "224.0.0.1",
  ];
  const reserved = ["100.127.0.1", "198.19.0.1", "255.255.255.255", "0.0.0.0", "203.0.113.9"];
  const ipv6 = ["::1", "::", "fe80::1", "fd00::1", "ff02::1", "2001:db8::1", "::ffff:8.8.8.8"];
  for (const address of [...special, ...reserved, ...ipv6]) {
    expect(isSpecialAddress(address), address).toBe(true);
  }
  const ordinary = [
    "11.0.0.1",
    "172.32.0.1",
    "100.128.0.1",
    "198.20.0.1",
    "223.255.255.1",
    "1.1.1.1",
  ];
  for (const address of [...ordinary, "2a02:6b8::1", "2600::1", "no address"]) {
    expect(isSpecialAddress(address), address).toBe(false);
  }
});

test("knows what people write for a network", () => {
  expect(["91.1.1.1", "1.1.1.1"].map(isPlaceholderAddress)).toEqual([true, true]);
  expect(["91.1.1.2", "1.1.2.1", "91.1.1"].map(isPlaceholderAddress)).toEqual([
    false,
    false,
    false,
  ]);
  expect(["51.255.33.0", "199.87.154.255", "51.255.33.1"].map(isNetworkAddress)).toEqual([
    true,
    true,
    false,
  ]);
});

test("tells a digest by its digits", () => {
  const digits = [32, 40, 56, 64, 96, 128, 33].map((length) => hashOfDigits("a".repeat(length)));
  expect(digits).toEqual(["md5", "sha-1", "sha-224", "sha-256", "sha-384", "sha-512", undefined]);
  expect(hashOfDigits("g".repeat(32))).toBeUndefined();
});

test.each([
  ["evil.example", "domain-name", true],
  ["_dmarc.evil.example", "domain-name", true],
  ["xn--e1afmkfd.xn--p1ai", "domain-name", true],
  ["evil", "domain-name", false],
  ["1.2.3.4", "domain-name", false],
  ["evil..example", "domain-name", false],
  ["-evil.example", "domain-name", false],
  ["http://evil.example/x", "url", true],
  ["evil.example/x", "url", false],
  ["a@evil.example", "email-addr", true],
  ["@evil.example", "email-addr", false],
  ["a@evil", "email-addr", false],
  ["00:1a:2b:3c:4d:5e", "mac-addr", true],
  ["00:1a:2b", "mac-addr", false],
  ["AS13335", "autonomous-system", true],
  ["thirteen", "autonomous-system", false],
  ["anything at all", "other", true],
] as const)("%s is a %s: %s", (value, kind, expected) => {
  expect(isOfKind(value, kind)).toBe(expected);
});
