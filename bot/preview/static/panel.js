// The side panel: what went on inside one answer, in words that DGA staff use.

import { el } from "./text.js";

const STATUS = {
  ANSWERED: ["ตอบได้", "good"], PARTIAL: ["ตอบได้บางส่วน", "warn"], CLARIFY: ["ขอให้ระบุเพิ่ม", "warn"],
  NOT_IN_PLAN: ["ไม่พบในเอกสาร", "warn"], OUT_OF_SCOPE: ["นอกขอบเขต", "bad"], SMALL_TALK: ["ทักทาย", ""],
  INVALID: ["คำถามใช้ไม่ได้", "bad"],
};
const STAGES = {
  understand: "เข้าใจคำถาม", question: "เข้าใจคำถาม", search: "ค้นหา", retrieval: "ค้นหา", rerank: "จัดอันดับ",
  compose: "เรียบเรียง", answer: "เรียบเรียง", write: "โมเดลเขียน", check: "ตรวจสอบ", checks: "ตรวจสอบ",
};

export function panelNodes(workings) {
  if (!workings) {
    return [el("p", "empty", "ยังไม่มีคำตอบในห้องนี้ ถามคำถามแล้วรายละเอียดจะแสดงที่นี่")];
  }
  return [
    statusNode(workings), factsNode(workings), citationsNode(workings), hitsNode(workings), checksNode(workings),
    timesNode(workings),
  ].filter(Boolean);
}

function section(title, aside, ...children) {
  const heading = el("h3", "", title);
  if (aside) heading.append(el("small", "", aside));
  return el("section", "", heading, ...children);
}

function statusNode(workings) {
  const [label, tone] = STATUS[workings.status] ?? [workings.status, ""];
  return section("สถานะ", "", el("div", "state", el("span", `chip ${tone}`, label), el("code", "", workings.status)));
}

function factsNode(workings) {
  const facts = el("dl", "facts");
  const add = (name, value) => value && facts.append(el("dt", "", name), el("dd", "", value));
  add("คำถาม", workings.question);
  if (workings.asked && workings.asked !== workings.question) add("เข้าใจว่า", workings.asked);
  add("เขียนโดย", workings.written_by === "extractive" ? "คัดข้อความจากเอกสาร ไม่ใช้โมเดลภาษา" : workings.written_by);
  add("ดัชนี", workings.release);
  add("ใกล้เคียง", workings.nearest.join(" · "));
  for (const note of workings.notes) add("หมายเหตุ", note);
  return facts;
}

function citationsNode(workings) {
  if (!workings.citations.length) return null;
  const cards = workings.citations.map((citation) => {
    const page = citation.page === null ? "" : `หน้า ${citation.page}`;
    const where = [citation.draft, citation.date, citation.section, page].filter(Boolean).join(" · ");
    return card(`[${citation.n}]`, citation.title, where, citation.text, citation.quote);
  });
  return section("ข้อความที่อ้าง", `${cards.length} ข้อความ`, ...cards);
}

function hitsNode(workings) {
  if (!workings.hits.length) return null;
  const best = Math.max(...workings.hits.map((hit) => hit.score), 1e-9);
  const cards = workings.hits.map((hit, i) => {
    const node = card(`${i + 1}`, hit.title ?? hit.passage_id, hit.section ?? "", hit.text ?? "", "");
    node.querySelector("header").append(el("span", "score", hit.score.toFixed(3)));
    node.append(meter(Math.max(0, hit.score) / best));
    return node;
  });
  return section("ข้อความที่ค้นพบ", "เรียงตามคะแนน", ...cards);
}

function checksNode(workings) {
  if (!workings.checks.length) return null;
  const list = el("ul", "checks");
  for (const check of workings.checks) {
    const mark = el("span", check.passed ? "pass" : "fail", check.passed ? "✓" : "✗");
    mark.setAttribute("aria-label", check.passed ? "ผ่าน" : "ไม่ผ่าน");
    list.append(el("li", "", mark, el("span", "", [check.name, check.found].filter(Boolean).join(": "))));
  }
  return section("การตรวจสอบ", "", list);
}

function timesNode(workings) {
  const stages = Object.entries(workings.timings_ms);
  const longest = Math.max(...stages.map(([, ms]) => ms), workings.total_ms, 1e-9);
  const grid = el("div", "times");
  for (const [stage, ms] of [...stages, ["total", workings.total_ms]]) {
    const name = stage === "total" ? "ทั้งหมด" : STAGES[stage] ?? stage;
    grid.append(el("span", "", name), meter(ms / longest), el("span", "ms", `${ms.toFixed(1)} มิลลิวินาที`));
  }
  return section("เวลาที่ใช้", "", grid);
}

function card(mark, title, where, text, quote) {
  const node = el("article", "card", el("header", "", el("b", "", mark), el("strong", "", title)), el("div", "where", where));
  if (text) {
    const details = el("details", "", el("summary", "", "ข้อความเต็ม"), el("div", "passage", ...marked(text, quote)));
    node.append(details);
  }
  return node;
}

// The text with each line of the quote marked where it stands.
function marked(text, quote) {
  let pieces = [text];
  for (const line of quote.split("\n").map((part) => part.trim()).filter(Boolean)) {
    pieces = pieces.flatMap((piece) => {
      const at = typeof piece === "string" ? piece.indexOf(line) : -1;
      return at < 0 ? [piece] : [piece.slice(0, at), el("mark", "", line), piece.slice(at + line.length)];
    });
  }
  return pieces;
}

function meter(share) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("viewBox", "0 0 100 6");
  const bar = document.createElementNS(space, "rect");
  bar.setAttribute("height", "6");
  bar.setAttribute("width", String(Math.round(100 * Math.min(1, share))));
  svg.append(bar);
  const node = el("span", "meter", svg);
  node.setAttribute("aria-hidden", "true");
  return node;
}
