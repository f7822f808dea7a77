// One message as it stands in the chat.

import { el, formatted, icon } from "./text.js";

const TIME = new Intl.DateTimeFormat("th-TH", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("th-TH", { day: "numeric", month: "long", year: "numeric" });
const PATHS = {
  reply: "M10 8V4L3 11l7 7v-4c5 0 8.500 1.500 11 5-1-6-4.500-10-11-11z",
  edit: "M4 20l1-4L16 5l3 3L8 19z",
  file: "M7 3h7l5 5v13H7zM14 3v5h5",
  voice: "M12 4a3 3 0 013 3v5a3 3 0 01-6 0V7a3 3 0 013-3zM6 12a6 6 0 0012 0M12 18v3",
  place: "M12 21s7-6.500 7-11a7 7 0 10-14 0c0 4.500 7 11 7 11zM12 12.500a2.500 2.500 0 100-5 2.500 2.500 0 000 5z",
};

// Pixels of a picture in the chat.
const TALLEST = 420;

export const timeOf = (message) => TIME.format(new Date(message.date * 1000));
export const dayOf = (message) => DAY.format(new Date(message.date * 1000));
export const nameOf = (user) => [user.first_name, user.last_name].filter(Boolean).join(" ");

// What a message says in one line: for the list of chats and for replies.
export function inShort(message) {
  if (message.text) return message.text.replace(/\s+/g, " ");
  const kinds = { photo: "รูปภาพ", document: "ไฟล์", sticker: "สติกเกอร์", voice: "ข้อความเสียง", location: "ตำแหน่ง" };
  const kind = Object.keys(kinds).find((key) => key in message);
  return [kind ? kinds[kind] : "ข้อความ", message.caption].filter(Boolean).join(" · ");
}

export function avatar(user, small = false) {
  const node = el("span", `avatar${small ? " small" : ""}`);
  node.setAttribute("aria-hidden", "true");
  if (user.is_bot) {
    const image = el("img");
    image.src = "/static/icon.svg";
    image.alt = "";
    node.append(image);
  } else {
    node.classList.add(`tone-${Math.abs(user.id) % 5}`);
    // The first letter that can stand alone: not a vowel that is written before its consonant.
    node.textContent = [...(user.title ?? user.first_name)].find((c) => !/[เ-ไ]/.test(c)) ?? "";
  }
  return node;
}

// `view` says who looks (`personId`), whether the chat is a group, and what to do on each act.
export function messageNode(message, view, previous) {
  const mine = message.from.id === view.personId;
  const follows = previous && previous.from.id === message.from.id && message.date - previous.date < 300;
  const node = el("article", ["msg", mine && "mine", follows && "follows", !view.isGroup && "private"].filter(Boolean).join(" "));
  node.dataset.id = message.message_id;
  node.dataset.from = message.from.is_bot ? "bot" : "person";
  node.setAttribute("aria-label", `${nameOf(message.from)} ${timeOf(message)}`);
  if (!mine) node.append(view.isGroup ? avatar(message.from, true) : el("span"));
  const bubble = el("div", "bubble");
  if (view.isGroup && !mine && !follows) bubble.append(el("div", "who", nameOf(message.from)));
  if (message.reply_to_message) bubble.append(replyNode(message.reply_to_message, view));
  bubble.append(...contentNodes(message, view), metaNode(message, view));
  const body = el("div", "body", bubble);
  const keys = message.reply_markup?.inline_keyboard;
  if (keys?.length) body.append(keysNode(message, keys, view));
  node.append(body, actsNode(message, mine, view));
  bubble.addEventListener("click", (event) => {
    if (!event.target.closest("button, a")) view.onChoose(node);
  });
  return node;
}

function contentNodes(message, view) {
  const nodes = [];
  if (message.photo) nodes.push(photoNode(message, view));
  if (message.document) nodes.push(fileNode(message.document, view));
  if (message.sticker) nodes.push(el("div", "sticker", message.sticker.emoji ?? "🙂"));
  if (message.voice) nodes.push(el("div", "special", icon(PATHS.voice), `ข้อความเสียง ${message.voice.duration} วินาที`));
  if (message.location) nodes.push(el("div", "special", icon(PATHS.place), "ตำแหน่งที่ส่ง"));
  const text = message.text ?? message.caption;
  if (text) nodes.push(el("div", "text", formatted(text, message.entities ?? message.caption_entities, view.onCommand)));
  return nodes;
}

function photoNode(message, view) {
  const image = el("img", "photo");
  const photo = message.photo.at(-1);
  image.src = view.fileUrl(photo.file_id);
  image.alt = message.caption ?? "รูปภาพ";
  if (photo.width) {  // its place is known before it is there, so that the chat can be scrolled to its end
    [image.width, image.height] = [photo.width, photo.height];
    image.style.width = `${Math.min(photo.width, TALLEST * photo.width / photo.height)}px`;
  }
  const button = el("button", "photo-button", image);
  button.type = "button";
  button.setAttribute("aria-label", `ดูภาพขนาดเต็ม: ${image.alt}`);
  button.addEventListener("click", () => view.onPicture(image));
  return button;
}

function fileNode(file, view) {
  const anchor = el("a", "file", icon(PATHS.file), file.file_name ?? "ไฟล์");
  anchor.href = view.fileUrl(file.file_id);
  anchor.download = file.file_name ?? "file";
  return anchor;
}

function replyNode(original, view) {
  const button = el("button", "reply", el("strong", "", nameOf(original.from)), el("span", "", inShort(original)));
  button.type = "button";
  button.setAttribute("aria-label", `ตอบกลับ ${nameOf(original.from)} ไปที่ข้อความนั้น`);
  button.addEventListener("click", () => view.onFind(original.message_id));
  return button;
}

function metaNode(message, view) {
  const meta = el("div", "meta");
  if (view.panelOn && view.hasWorkings(message)) {
    const why = el("button", "why", "เบื้องหลัง");
    why.type = "button";
    why.addEventListener("click", () => view.onWorkings(message));
    meta.append(why);
  }
  if (message.edit_date && message.from.id === view.personId) meta.append(el("span", "", "แก้ไขแล้ว"));
  const time = el("time", "", timeOf(message));
  time.dateTime = new Date(message.date * 1000).toISOString();
  meta.append(time);
  return meta;
}

function keysNode(message, rows, view) {
  const keys = el("div", "keys");
  for (const row of rows) {
    const line = el("div", "keys-row");
    for (const key of row) line.append(keyNode(message, key, view));
    keys.append(line);
  }
  return keys;
}

function keyNode(message, key, view) {
  if (key.url) {
    const anchor = el("a", "key", key.text);
    anchor.href = key.url;
    anchor.target = "_blank";
    anchor.rel = "noopener noreferrer";
    return anchor;
  }
  const button = el("button", "key", key.text);
  button.type = "button";
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    await view.onPress(message, key);
    button.removeAttribute("aria-busy");
  });
  return button;
}

function actsNode(message, mine, view) {
  const acts = el("div", "acts");
  acts.append(act("ตอบกลับ", PATHS.reply, () => view.onReply(message)));
  if (mine && message.text) acts.append(act("แก้ไข", PATHS.edit, () => view.onEdit(message)));
  return acts;
}

function act(label, path, onClick) {
  const button = el("button", "icon", icon(path));
  button.type = "button";
  button.title = label;
  button.setAttribute("aria-label", label);
  button.addEventListener("click", onClick);
  return button;
}
