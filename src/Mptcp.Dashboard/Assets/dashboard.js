// Fetches the page again each second, and changes only what differs: focus, selection, scrolling and opened parts stay.
(() => {
  'use strict';
  const wait = 1000, waitAfterFailure = 2000;
  const status = document.getElementById('status');
  let timer = 0;
  let running = null;

  const say = text => {
    if (status.textContent !== text) status.textContent = text;
  };

  function morph(from, to) {
    if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName) {
      from.replaceWith(to);
      return;
    }
    if (from.nodeType !== Node.ELEMENT_NODE) {
      if (from.data !== to.data) from.data = to.data;
      return;
    }
    for (const { name } of [...from.attributes]) if (!to.hasAttribute(name)) from.removeAttribute(name);
    for (const { name, value } of [...to.attributes]) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
    const children = [...from.childNodes], wanted = [...to.childNodes];
    wanted.forEach((child, i) => i < children.length ? morph(children[i], child) : from.append(child));
    children.slice(wanted.length).forEach(child => child.remove());
  }

  async function refresh() {
    clearTimeout(timer);
    running?.abort();
    if (document.hidden || document.body.dataset.live !== 'true') return;
    const mine = running = new AbortController();
    let next = wait;
    try {
      const response = await fetch(location.href, { signal: mine.signal, redirect: 'manual' });
      const page = new DOMParser().parseFromString(await response.text(), 'text/html');
      if (mine.signal.aborted) return;
      if (response.status >= 500 && !page.getElementById('main')) throw new Error(); // a proxy answers for a server that is gone
      if (response.status === 401 || !page.getElementById('main')) {
        location.reload(); // the token is another one now, or the application wants a login
        return;
      }
      document.title = page.title;
      morph(document.getElementById('main'), page.getElementById('main'));
      say('');
    } catch {
      if (mine.signal.aborted) return;
      say('The server does not answer. Trying again…');
      next = waitAfterFailure;
    }
    timer = setTimeout(refresh, next);
  }

  // What the reader types becomes the address at once, so that it can be kept and sent.
  document.addEventListener('input', event => {
    const form = event.target.form;
    if (!form?.hasAttribute('data-live-form')) return;
    history.replaceState(null, '', `${location.pathname}?${new URLSearchParams(new FormData(form))}`);
    refresh();
  });

  document.addEventListener('visibilitychange', refresh);
  timer = setTimeout(refresh, wait);
})();
