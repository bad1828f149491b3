/**
 * What a host name says by its end: whether it is one of the Internet, or of somebody's network only.
 *
 * Nothing is looked up, and no list is complete: what ends like a country's or a common domain is
 * taken for a name of the Internet. Sources: ISO 3166-1 and IANA root zone (two-letter and common
 * names); RFC 6761, 6762, 8375 and ICANN SAC113 (names for private use).
 *
 * @module
 */

/** Names below these are answered inside of one network alone. */
const privateEnds: ReadonlySet<string> = new Set(
  (
    "local localdomain localhost internal intranet private corp home lan " +
    "dmz domain office workgroup"
  ).split(" "),
);
const countries =
  "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv " +
  "bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es " +
  "et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu " +
  "id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt " +
  "lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no " +
  "np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si " +
  "sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk " +
  "us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw";
const common =
  "com net org info biz edu gov mil int arpa name pro aero asia cat coop jobs mobi museum post tel travel " +
  "academy agency app art bar best bid blog buzz cam cash center chat city click cloud club company date " +
  "dev digital download email express finance fit fun fyi games global group help host icu ink kim life " +
  "link live llc loan lol ltd management market media men moe money monster mov network news ninja " +
  "onion one online ooo page party photo plus press pub quest racing red rest review rocks run sbs " +
  "science services shop show site social software solutions space store stream studio support surf " +
  "systems team tech technology today tokyo tools top trade uno vip watch webcam website wiki win work " +
  "works world wtf xin xyz yoga zone example test invalid moscow tatar рф рус москва дети онлайн сайт орг";
const publicEnds: ReadonlySet<string> = new Set(`${countries} ${common}`.split(" "));
/** Files are named so more often than hosts, if nothing but one word stands before. */
const fileEnds: ReadonlySet<string> = new Set("cc md pl pm ps py rs sh so ws zip mov".split(" "));
const label = /^[\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_-]{0,61}[\p{L}\p{N}\p{M}_])?$/u;
const nameCharsMax = 253;

/** @param name - In small letters. @returns Its labels; undefined for what is no host name with a dot. */
export function labelsOf(name: string): readonly string[] | undefined {
  if (name.length > nameCharsMax || !name.includes(".")) return undefined;
  const labels = name.split(".");
  return labels.every((each) => label.test(each)) ? labels : undefined;
}

export function isPrivateName(labels: readonly string[]): boolean {
  return privateEnds.has(labels.at(-1) ?? "") || labels.slice(-2).join(".") === "home.arpa";
}

export function isPublicName(labels: readonly string[]): boolean {
  const end = labels.at(-1) ?? "";
  if (labels.length === 2 && fileEnds.has(end)) return false;
  return publicEnds.has(end) || end.startsWith("xn--");
}
