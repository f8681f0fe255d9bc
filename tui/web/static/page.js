// The address of the websocket follows the address of the page, by whatever name the server is reached.
const terminal = document.getElementById("terminal");
terminal.dataset.sessionWebsocketUrl = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;

document.getElementById("again").addEventListener("click", () => location.reload());

// The terminal measures its font once, when textual.js starts it, so the font has to be there before.
window.addEventListener("load", async () => {
  await Promise.allSettled(["", "bold ", "italic "].map((style) => document.fonts.load(`${style}16px "Roboto Mono"`)));
  const script = document.createElement("script");
  script.src = "/static/js/textual.js";
  script.onload = () => window.onload();
  document.head.append(script);
});

// An app that starts takes itself for left alone; it is told otherwise once it has spoken.
const started = new MutationObserver(() => {
  if (document.body.classList.contains("-first-byte")) {
    started.disconnect();
    terminal.querySelector("textarea").focus();
  }
});
started.observe(document.body, { attributes: true });
