// The address of the websocket follows the address of the page, by whatever name the server is reached.
const page = document.body.dataset.page;
const terminal = document.getElementById("terminal");
terminal.dataset.sessionWebsocketUrl = new URL(`ws/${page}`, location).href.replace(/^http/, "ws").replace(/[?#].*/, "");
const size = Number(new URLSearchParams(location.search).get("fontsize"));
terminal.dataset.fontSize = size >= 6 && size <= 60 ? size : 16;

document.getElementById("again").addEventListener("click", () => location.reload());

// The terminal measures its font once, when textual.js starts it, so the font has to be there before.
window.addEventListener("load", async () => {
  await Promise.allSettled(["", "bold ", "italic "].map((style) => document.fonts.load(`${style}16px "Roboto Mono"`)));
  const script = document.createElement("script");
  script.src = "static/js/textual.js";
  script.onload = () => window.onload();
  document.head.append(script);
});

const type = () => terminal.querySelector("textarea").focus();

// An app that starts takes itself for left alone; it is told otherwise once it has spoken.
const started = new MutationObserver(() => {
  if (document.body.classList.contains("-first-byte")) {
    started.disconnect();
    type();
  }
});
started.observe(document.body, { attributes: true });

// What the app opens: a page on the web, a download, or the choice of files to upload. xterm.js asks for a window
// without an address, where a link is clicked.
const newWindow = window.open.bind(window);
window.open = (address) => {
  if (address === undefined) return newWindow();
  if (address === "#upload") {
    choose();
    return null;
  }
  const { protocol, origin, pathname } = new URL(address, location);
  const download = origin === location.origin && pathname.startsWith("/download/");
  if (download || protocol === "https:" || protocol === "http:") {
    const href = download ? pathname.slice(1) : address; // below this page, not at the root
    const link = Object.assign(document.createElement("a"), { href, rel: "noopener noreferrer" });
    if (!download) link.target = "_blank"; // a download leaves the page where it is
    link.click();
  }
  return null;
};

// Uploads

const files = document.getElementById("files");
const DROP = "Drop files here · 把文件拖到这里 · 把檔案拖到這裡";
let sending = null;

function show(text) {
  document.getElementById("state").textContent = text;
  document.body.classList.add("-upload");
}

function leave() {
  sending?.abort();
  document.body.classList.remove("-upload");
  type();
}

// Browsers open their dialogue only a moment after a key or a click.
function choose() {
  if (navigator.userActivation && !navigator.userActivation.isActive) {
    show(DROP);
    document.getElementById("choose").focus();
  } else {
    files.click();
  }
}

function send(chosen) {
  if (sending || !chosen.length) return;
  const form = new FormData();
  for (const file of chosen) form.append("file", file);
  sending = new XMLHttpRequest();
  sending.upload.onprogress = ({ loaded, total }) => show(`${chosen.length} ↑ ${Math.floor((100 * loaded) / total)} %`);
  sending.onloadend = () => {
    const { status, responseText } = sending;
    sending = null;
    if (status === 204) leave();
    else if (document.body.classList.contains("-upload")) show(responseText || "Not uploaded · 上传失败 · 上傳失敗");
  };
  show(`${chosen.length} ↑`);
  sending.open("POST", `upload/${page}`);
  sending.send(form);
}

document.getElementById("choose").addEventListener("click", () => files.click());
document.getElementById("leave").addEventListener("click", leave);
files.addEventListener("change", () => {
  send([...files.files]);
  files.value = "";
});
const escape = (event) => {
  if (event.key === "Escape" && document.body.classList.contains("-upload")) {
    event.stopPropagation(); // the terminal would take it for its own
    leave();
  }
};
document.addEventListener("keydown", escape, { capture: true });
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    if (name === "drop") send([...event.dataTransfer.files]);
    else if (!sending && name !== "dragleave") show(DROP);
    else if (!sending && !event.relatedTarget) leave(); // the files left the page
  });
}
