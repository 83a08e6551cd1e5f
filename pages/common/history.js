// One entry in the browser's history for each thing that a visitor does: what is written without a
// click or a key (choices kept from an earlier visit), or once more after one, replaces the entry.
// A quick page's choices may come before its path: both are one entry.
// An address that someone went back or forward to is marked, so that the server takes its choices.
(() => {
  let acted = false;
  for (const act of ["pointerdown", "click"]) { // assistive software clicks without a pointer
    window.addEventListener(act, () => { acted = true; }, true);
  }
  // a name is typed letter by letter: not each letter is a place to go back to
  window.addEventListener("keydown", (event) => {
    if (!event.composedPath()[0].matches?.("input[type=text]")) acted = true;
  }, true);
  const push = history.pushState.bind(history);
  history.pushState = (state, title, address) => {
    const there = new URL(address, location.href);
    const same = there.pathname === location.pathname && there.search === location.search;
    if (same || !acted) {
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
