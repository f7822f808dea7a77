// The page: what happens at the stand-in comes in as events; what people do goes out as requests.

import { avatar, dayOf, inShort, messageNode, nameOf, timeOf } from "./messages.js";
import { panelNodes } from "./panel.js";
import { el, formatted } from "./text.js";

const KEY = document.querySelector('meta[name="preview-key"]').content;
const $ = (id) => document.getElementById(id);
const SUGGESTIONS = [
  "ความท้าทายใดว่าด้วยการทำงานรูปแบบใหม่",
  "ยุทธศาสตร์ของแผนมีอะไรบ้าง",
  "วิสัยทัศน์ของแผนคืออะไร",
];
const THEMES = { auto: "สีหน้าจอ: ตามระบบ", light: "สีหน้าจอ: สว่าง", dark: "สีหน้าจอ: มืด" };

const state = {
  bot: null, people: [], groups: [], commands: [], messages: new Map(), workings: new Map(), drafts: new Map(),
  busy: new Map(), unread: new Map(), personId: 0, chatId: 0, replyTo: null, editing: null, panelFor: null,
};

const chatOf = (message) => message.chat.id;
const isGroup = (chatId) => chatId < 0;
const keyOf = (chatId, messageId) => `${chatId}:${messageId}`;
const person = () => state.people.find((p) => p.id === state.personId);
const group = (chatId) => state.groups.find((g) => g.id === chatId);
const messagesOf = (chatId) => [...state.messages.values()].filter((m) => chatOf(m) === chatId);
const panelOn = () => $("app").dataset.panel === "on";

// What comes in.

function listen() {
  const stream = new EventSource(`/page/events?key=${encodeURIComponent(KEY)}`);
  stream.onopen = () => { $("offline").hidden = true; };
  stream.onerror = () => {
    $("offline").hidden = false;
    if (stream.readyState === EventSource.CLOSED) setTimeout(startAnew, 2000); // refused: the program was restarted
  };
  stream.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    HAPPENS[event.type]?.(event);
  };
}

// A restarted program has another key, which only a freshly loaded page knows.
async function startAnew() {
  const back = await fetch("/", { cache: "no-store" }).then((response) => response.ok, () => false);
  if (back) location.reload();
  else setTimeout(startAnew, 2000);
}

const HAPPENS = {
  state(event) {
    Object.assign(state, { bot: event.bot, people: event.people, groups: event.groups, commands: event.commands });
    state.messages = new Map(event.messages.map((m) => [keyOf(chatOf(m), m.message_id), m]));
    state.workings = new Map(event.workings.map((w) => [keyOf(w.chat_id, w.message_id), w.workings]));
    if (!person()) [state.personId, state.chatId] = [state.people[0].id, state.people[0].id];
    showAll();
  },
  message({ message }) {
    const key = keyOf(chatOf(message), message.message_id);
    const isNew = !state.messages.has(key);
    state.messages.set(key, message);
    if (message.from.is_bot) {
      setBusy(chatOf(message), 0);
      state.drafts.delete(chatOf(message));
    }
    if (chatOf(message) !== state.chatId) {
      if (isNew && message.from.id !== state.personId) state.unread.set(chatOf(message), (state.unread.get(chatOf(message)) ?? 0) + 1);
    } else if (isNew) {
      appendMessage(message);
    } else {
      replaceMessage(message);
    }
    showChats();
  },
  deleted({ chat_id, message_id }) {
    state.messages.delete(keyOf(chat_id, message_id));
    if (chat_id === state.chatId) showThread();
    showChats();
  },
  action({ chat_id, seconds }) { setBusy(chat_id, seconds); },
  draft({ chat_id, draft }) {
    state.drafts.set(chat_id, draft);
    setBusy(chat_id, draft.seconds);
  },
  commands({ commands }) { state.commands = commands; },
  workings({ chat_id, message_id, workings }) {
    state.workings.set(keyOf(chat_id, message_id), workings);
    if (chat_id !== state.chatId) return;
    const message = state.messages.get(keyOf(chat_id, message_id));
    if (message) replaceMessage(message);
    state.panelFor = null;
    showPanel();
  },
};

function setBusy(chatId, seconds) {
  clearTimeout(state.busy.get(chatId));
  if (seconds) state.busy.set(chatId, setTimeout(() => setBusy(chatId, 0), seconds * 1000));
  else {
    state.busy.delete(chatId);
    state.drafts.delete(chatId);
  }
  if (chatId === state.chatId) showBusy();
}

// What goes out. A refusal is told, never swallowed.

async function post(path, values) {
  const body = new FormData();
  for (const [name, value] of Object.entries({ person: state.personId, chat: state.chatId, ...values })) {
    if (value !== null && value !== undefined) body.append(name, value);
  }
  try {
    const response = await fetch(`/page/${path}`, { method: "POST", body, headers: { "X-Preview-Key": KEY } });
    const answer = await response.json();
    if (!response.ok) toast(`ส่งไม่สำเร็จ: ${answer.error}`);
    return response.ok ? answer : null;
  } catch {
    toast("ติดต่อบอตไม่ได้ โปรดตรวจว่าโปรแกรมยังทำงานอยู่");
    return null;
  }
}

async function send(text) {
  const editing = state.editing;
  const reply_to = state.replyTo?.message_id ?? null;
  clearContext();
  if (editing) return post("edit", { message: editing.message_id, text });
  return post("send", { text, reply_to });
}

async function press(message, key) {
  if (key.copy_text) {
    await navigator.clipboard?.writeText(key.copy_text.text);
    return toast("คัดลอกแล้ว");
  }
  if (!key.callback_data) return toast("ปุ่มชนิดนี้ใช้ในหน้าทดลองไม่ได้");
  const answer = await post("press", { message: message.message_id, data: key.callback_data });
  if (answer?.late) return toast("บอตไม่ตอบรับการกดปุ่ม");
  if (!answer?.text) return null;
  if (!answer.show_alert) return toast(answer.text);
  $("alert-text").textContent = answer.text;
  return $("alert").showModal();
}

// What is shown.

function showAll() {
  showPeople();
  showChats();
  showBar();
  showThread();
  showPanel();
}

function showPeople() {
  const rows = state.people.map((someone) => {
    const row = el("button", "row", avatar(someone, true), el("span", "row-text", el("strong", "", nameOf(someone)), el("span", "", `@${someone.username}`)), el("span", "tick", "✓"));
    row.type = "button";
    row.setAttribute("role", "radio");
    row.setAttribute("aria-checked", String(someone.id === state.personId));
    row.tabIndex = someone.id === state.personId ? 0 : -1;
    row.addEventListener("click", () => bePerson(someone.id));
    return row;
  });
  $("people").replaceChildren(...rows);
}

function showChats() {
  const chats = [
    { id: state.personId, name: state.bot.first_name, face: state.bot },
    ...state.groups.map((g) => ({ id: g.id, name: g.title, face: g })),
  ];
  $("chats").replaceChildren(...chats.map(chatRow));
}

function chatRow({ id, name, face }) {
  const last = messagesOf(id).at(-1);
  const said = last ? (isGroup(id) ? `${last.from.first_name}: ${inShort(last)}` : inShort(last)) : isGroup(id) ? "กลุ่มที่มีบอตอยู่ด้วย" : "แชตส่วนตัวกับบอต";
  const end = el("span", "row-end", last ? el("time", "", timeOf(last)) : null);
  const count = state.unread.get(id);
  if (count) {
    const badge = el("span", "badge", String(count));
    badge.setAttribute("aria-label", `ข้อความใหม่ ${count}`);
    end.append(badge);
  }
  const row = el("button", "row", avatar(face), el("span", "row-text", el("strong", "", name), el("span", "", said)), end);
  row.type = "button";
  row.setAttribute("aria-current", String(id === state.chatId));
  row.addEventListener("click", () => openChat(id));
  return row;
}

function showBar() {
  const here = group(state.chatId);
  $("bar-avatar").replaceWith(Object.assign(avatar(here ?? state.bot), { id: "bar-avatar" }));
  $("bar-title").textContent = here?.title ?? state.bot.first_name;
  showBusy();
}

function showBusy() {
  const busy = state.busy.has(state.chatId);
  const status = $("bar-status");
  const quiet = isGroup(state.chatId) ? `${state.people.length} คน และบอต · ในฐานะ ${person().first_name}` : `บอต · ในฐานะ ${nameOf(person())}`;
  status.textContent = busy ? "กำลังพิมพ์…" : quiet;
  status.classList.toggle("busy", busy);
  $("thread").querySelector(".draft")?.remove();
  if (!busy) return;
  const draft = state.drafts.get(state.chatId);
  const content = draft?.text ? el("div", "text", formatted(draft.text, draft.entities, () => {})) : el("span", "dots", el("i"), el("i"), el("i"));
  const face = isGroup(state.chatId) ? avatar(state.bot, true) : el("span");
  const node = el("div", `msg draft${isGroup(state.chatId) ? "" : " private"}`, face, el("div", "body", el("div", "bubble", content)));
  node.setAttribute("aria-hidden", "true");
  keepingBottom(() => $("thread").append(node));
}

const view = {
  get personId() { return state.personId; },
  get isGroup() { return isGroup(state.chatId); },
  get panelOn() { return panelOn(); },
  hasWorkings: (message) => state.workings.has(keyOf(chatOf(message), message.message_id)),
  fileUrl: (id) => `/page/file/${encodeURIComponent(id)}?key=${encodeURIComponent(KEY)}`,
  onCommand: (text) => send(text),
  onPress: press,
  onReply: (message) => setContext({ replyTo: message }),
  onEdit: (message) => setContext({ editing: message }),
  onFind: find,
  onPicture(image) {
    [$("picture-whole").src, $("picture-whole").alt] = [image.src, image.alt];
    $("picture").showModal();
  },
  onWorkings(message) {
    state.panelFor = keyOf(chatOf(message), message.message_id);
    showPanel();
    $("panel").focus();
  },
  onChoose(node) {
    const wasChosen = node.classList.contains("chosen");
    for (const other of document.querySelectorAll(".msg.chosen")) other.classList.remove("chosen");
    node.classList.toggle("chosen", !wasChosen);
  },
};

function showThread() {
  const messages = messagesOf(state.chatId);
  const nodes = [];
  messages.forEach((message, i) => nodes.push(...nodesFor(message, messages[i - 1])));
  $("thread").replaceChildren(...(messages.length ? nodes : [welcome()]));
  showBusy();
  $("log").scrollTop = $("log").scrollHeight;
}

function nodesFor(message, previous) {
  const nodes = [];
  if (!previous || dayOf(previous) !== dayOf(message)) nodes.push(el("div", "day", dayOf(message)));
  nodes.push(messageNode(message, view, previous));
  return nodes;
}

function appendMessage(message) {
  const messages = messagesOf(state.chatId);
  if (messages.length <= 1) return showThread();
  const mine = message.from.id === state.personId;
  return keepingBottom(() => {
    const draft = $("thread").querySelector(".draft");
    const nodes = nodesFor(message, messages[messages.indexOf(message) - 1]);
    if (draft) draft.before(...nodes);
    else $("thread").append(...nodes);
  }, mine);
}

function replaceMessage(message) {
  const old = $("thread").querySelector(`.msg[data-id="${message.message_id}"]`);
  if (!old) return;
  const messages = messagesOf(state.chatId);
  const open = [...old.querySelectorAll("blockquote")].map((quote) => !quote.classList.contains("closed"));
  const hadFocus = old.contains(document.activeElement);
  const fresh = messageNode(message, view, messages[messages.indexOf(message) - 1]);
  keepingBottom(() => old.replaceWith(fresh));
  [...fresh.querySelectorAll("blockquote.closed")].forEach((quote, i) => open[i] && quote.querySelector(".more").click());
  if (hadFocus) (fresh.querySelector(".key") ?? $("message")).focus({ preventScroll: true });
}

// Stay at the bottom if the reader is there, or wants to be.
function keepingBottom(change, always = false) {
  const log = $("log");
  const atBottom = log.scrollHeight - log.scrollTop - log.clientHeight < 90;
  change();
  if (atBottom || always) log.scrollTop = log.scrollHeight;
}

function welcome() {
  const inGroup = isGroup(state.chatId);
  const title = inGroup ? group(state.chatId).title : `สวัสดีครับ คุณ${person().first_name}`;
  const text = inGroup
    ? `ในกลุ่ม บอตตอบเมื่อถูกเรียกเท่านั้น: กล่าวถึง @${state.bot.username} ตอบกลับข้อความของบอต หรือใช้ /ask`
    : "ถามแผนตอบคำถามเรื่องแผนพัฒนารัฐบาลดิจิทัล พ.ศ. 2563–2565 จากเอกสารของแผน และบอกที่มาของทุกคำตอบ";
  const card = el("div", "welcome", avatar(inGroup ? group(state.chatId) : state.bot), el("h2", "", title), el("p", "", text));
  if (!inGroup) {
    const start = el("button", "start", "เริ่มต้นใช้งาน");
    start.type = "button";
    start.addEventListener("click", () => send("/start"));
    card.append(start);
  }
  card.append(el("p", "or", inGroup ? "ลองเรียกบอต" : "หรือลองถามเลย"));
  const asks = el("div", "suggestions");
  for (const question of inGroup ? [`@${state.bot.username} ${SUGGESTIONS[2]}`] : SUGGESTIONS) {
    const button = el("button", "suggestion", question);
    button.type = "button";
    button.addEventListener("click", () => send(question));
    asks.append(button);
  }
  card.append(asks);
  return card;
}

function showPanel() {
  $("panel-toggle").setAttribute("aria-pressed", String(panelOn()));
  const latest = messagesOf(state.chatId).map((m) => keyOf(chatOf(m), m.message_id)).filter((key) => state.workings.has(key)).at(-1);
  $("panel-body").replaceChildren(...panelNodes(state.workings.get(state.panelFor ?? latest)));
  $("panel-body").scrollTop = 0;
}

let toastTimer = 0;
function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 4000);
}

// What people do.

function bePerson(id) {
  const inPrivate = !isGroup(state.chatId);
  state.personId = id;
  if (inPrivate) openChat(id);
  else showAll();
}

function openChat(id) {
  state.chatId = id;
  state.unread.delete(id);
  state.panelFor = null;
  clearContext();
  setSide(false);
  showAll();
  if (!matchMedia("(hover: none)").matches) $("message").focus();
}

function setContext({ replyTo = null, editing = null }) {
  Object.assign(state, { replyTo, editing });
  const message = replyTo ?? editing;
  $("context").hidden = false;
  $("context-title").textContent = editing ? "แก้ไขข้อความ" : `ตอบกลับ ${nameOf(message.from)}`;
  $("context-text").textContent = inShort(message);
  if (editing) $("message").value = editing.text;
  grow();
  $("message").focus();
}

function clearContext() {
  if (state.editing) $("message").value = "";
  Object.assign(state, { replyTo: null, editing: null });
  $("context").hidden = true;
}

function find(messageId) {
  const bubble = $("thread").querySelector(`.msg[data-id="${messageId}"] .bubble`);
  if (!bubble) return;
  bubble.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  bubble.classList.remove("flash");
  requestAnimationFrame(() => bubble.classList.add("flash"));
}

function setSide(open) {
  $("app").dataset.side = open ? "open" : "closed";
  $("side-open").setAttribute("aria-expanded", String(open));
  $("veil").hidden = !open;
  if (open) $("side-close").focus();
}

function setPanel(on) {
  $("app").dataset.panel = on ? "on" : "off";
  showThread();
  showPanel();
  (on ? $("panel") : $("panel-toggle")).focus();
}

function setMenu(menu, button, open) {
  $(menu).hidden = !open;
  $(button).setAttribute("aria-expanded", String(open));
}

function closeMenus() {
  setMenu("commands", "commands-button", false);
  setMenu("attach-menu", "attach", false);
}

function showCommands(typed = "") {
  const found = state.commands.filter((c) => c.command.startsWith(typed));
  $("commands").replaceChildren(...found.map((c) => {
    const button = el("button", "", el("span", "", c.description), el("b", "", `/${c.command}`));
    button.type = "button";
    button.setAttribute("role", "menuitem");
    button.addEventListener("click", () => {
      closeMenus();
      $("message").value = "";
      grow();
      send(`/${c.command}`);
    });
    return button;
  }));
  setMenu("commands", "commands-button", found.length > 0);
}

function grow() {
  const box = $("message");
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

// The arrow keys move within menus and among people.
function moveFocus(event, items) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step || !items.length) return null;
  event.preventDefault();
  const next = items[(items.indexOf(document.activeElement) + step + items.length) % items.length];
  next.focus();
  return next;
}

function setTheme(name) {
  sessionStorage.setItem("theme", name);
  const dark = name === "dark" || (name === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  $("theme").textContent = THEMES[name];
  $("theme").dataset.name = name;
}

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("message").value;
  if (!text.trim()) return;
  $("message").value = "";
  grow();
  closeMenus();
  send(text);
});
$("message").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("composer").requestSubmit();
  } else if (event.key === "ArrowUp" && !$("commands").hidden) {
    moveFocus(event, [...$("commands").children]);
  }
});
$("message").addEventListener("input", () => {
  grow();
  const typed = /^\/(\w*)$/.exec($("message").value);
  if (typed) showCommands(typed[1]);
  else closeMenus();
});
$("commands-button").addEventListener("click", () => {
  const open = $("commands").hidden;
  closeMenus();
  if (!open) return;
  showCommands();
  $("commands").firstElementChild?.focus();
});
$("attach").addEventListener("click", () => {
  const open = $("attach-menu").hidden;
  closeMenus();
  setMenu("attach-menu", "attach", open);
  if (open) $("attach-menu").firstElementChild.focus();
});
$("attach-menu").addEventListener("click", (event) => {
  const kind = event.target.closest("button")?.dataset.attach;
  closeMenus();
  if (kind === "file") $("file").click();
  else if (kind) post("extra", { kind, reply_to: state.replyTo?.message_id });
});
$("file").addEventListener("change", () => {
  const [file] = $("file").files;
  if (file) post("attach", { file });
  $("file").value = "";
});
for (const menu of ["commands", "attach-menu"]) {
  $(menu).addEventListener("keydown", (event) => moveFocus(event, [...$(menu).children]));
}
$("people").addEventListener("keydown", (event) => {
  const next = moveFocus(event, [...$("people").children]);
  if (!next) return;
  const index = [...$("people").children].indexOf(next);
  next.click();
  $("people").children[index].focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menuOpen = !$("commands").hidden || !$("attach-menu").hidden;
  if (menuOpen) closeMenus();
  else if ($("app").dataset.side === "open") setSide(false);
  else if (!$("context").hidden) clearContext();
  else if (panelOn()) setPanel(false);
  if (menuOpen) $("message").focus();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest(".menu, #commands-button, #attach, #message")) closeMenus();
});
$("context-close").addEventListener("click", clearContext);
$("side-open").addEventListener("click", () => setSide(true));
$("side-close").addEventListener("click", () => { setSide(false); $("side-open").focus(); });
$("veil").addEventListener("click", () => setSide(false));
$("panel-toggle").addEventListener("click", () => setPanel(!panelOn()));
$("panel-close").addEventListener("click", () => setPanel(false));
$("theme").addEventListener("click", () => {
  const names = Object.keys(THEMES);
  setTheme(names[(names.indexOf($("theme").dataset.name) + 1) % names.length]);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTheme($("theme").dataset.name));

setTheme(sessionStorage.getItem("theme") ?? "auto");
listen();
