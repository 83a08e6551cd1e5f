// One entry in the browser's history for each thing that a visitor does: what a page adds to its
// own address without a click or a key (choices kept from an earlier visit) replaces the entry.
// An address that someone went back or forward to is marked, so that the server takes its choices.
(() => {
  let acted = false;
  window.addEventListener("pointerdown", () => { acted = true; }, true);
  // a name is typed letter by letter: not each letter is a place to go back to
  window.addEventListener("keydown", (event) => {
    if (!event.composedPath()[0].matches?.("input[type=text]")) acted = true;
  }, true);
  const push = history.pushState.bind(history);
  history.pushState = (state, title, address) => {
    const there = new URL(address, location.href);
    const here = there.pathname === location.pathname;
    if (here && (!acted || there.search === location.search)) {
      history.replaceState(state, title, address);
    } else {
      push(state, title, address);
      acted = false;
    }
  };
  window.addEventListener("popstate", () => {
    acted = false;
    const address = new URL(location.href);
    address.searchParams.set("returned", "yes");
    history.replaceState(history.state, "", address);
  }, true);
})();
