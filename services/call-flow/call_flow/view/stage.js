// The ground that the picture lies on: drag, pinch, wheel, buttons and keys move it.

const EDGE = 24; // pixels kept free around cards; a picture brings its own margin
const CLOSEST = 4;
const STEP = 1.3; // of a button or key
const PAN = 80; // pixels of an arrow key
const GLIDE = 260; // milliseconds
const SLOP = 4; // pixels a finger may move in a tap

export class Stage {
  #view = { x: 0, y: 0, scale: 1 };
  #isFitted = true;
  #pointers = new Map();
  #moved = false;
  #frame = 0;
  #onChoose;

  // `onChoose` is told the id of a card that was clicked, or null for the ground.
  constructor(ground, onChoose) {
    this.ground = ground;
    this.picture = null;
    this.#onChoose = onChoose;
    ground.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    ground.addEventListener("pointerdown", (event) => this.#down(event));
    ground.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) ground.addEventListener(name, (event) => this.#up(event));
    ground.addEventListener("click", (event) => this.#click(event));
    ground.addEventListener("keydown", (event) => this.#key(event));
    ground.addEventListener("focusin", (event) => this.#focused(event));
    ground.addEventListener("scroll", () => ground.scrollTo(0, 0)); // a browser that brings the focus into view must not shift it
    new ResizeObserver(() => {
      if (this.#isFitted) this.fit({ glides: false });
    }).observe(ground);
  }

  show(picture) {
    this.picture?.svg.remove();
    this.picture = picture;
    this.ground.append(picture.svg);
    this.fit({ glides: false });
  }

  clear() {
    this.picture?.svg.remove();
    this.picture = null;
  }

  // Show all of the picture, or some of its cards as large as they may usefully be.
  fit({ cards = null, glides = true } = {}) {
    if (!this.picture) return;
    const { clientWidth: wide, clientHeight: high } = this.ground;
    if (!wide || !high) return;
    const boxes = cards?.map((id) => this.picture.box(id)) ?? [{ x: 0, y: 0, width: this.picture.width, height: this.picture.height }];
    const [left, top] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
    const right = Math.max(...boxes.map((box) => box.x + box.width));
    const bottom = Math.max(...boxes.map((box) => box.y + box.height));
    const edge = cards ? 2 * EDGE : 4;
    const scale = Math.min((wide - 2 * edge) / (right - left), (high - 2 * edge) / (bottom - top), cards ? 1.1 : 1.5);
    this.#isFitted = !cards;
    this.#go({ scale, x: wide / 2 - ((left + right) / 2) * scale, y: high / 2 - ((top + bottom) / 2) * scale }, glides);
  }

  // By a factor, about a point of the ground; its middle if none is given.
  zoom(factor, point = { x: this.ground.clientWidth / 2, y: this.ground.clientHeight / 2 }, glides = true) {
    if (!this.picture) return;
    const scale = Math.min(CLOSEST, Math.max(this.#smallest(), this.#view.scale * factor));
    const ratio = scale / this.#view.scale;
    this.#isFitted = false;
    this.#go({ scale, x: point.x - (point.x - this.#view.x) * ratio, y: point.y - (point.y - this.#view.y) * ratio }, glides);
  }

  // Move as little as it takes to see a card, and come closer if it cannot be read.
  reveal(id) {
    if (!this.picture?.has(id)) return;
    const { clientWidth: wide, clientHeight: high } = this.ground;
    const box = this.picture.box(id);
    const scale = Math.max(this.#view.scale, Math.min(0.75, wide / (box.width * 1.3)));
    const isCloser = scale > this.#view.scale;
    const middle = { x: wide / 2 - (box.x + box.width / 2) * scale, y: high / 2 - (box.y + box.height / 2) * scale };
    const inside = (at, size, room) => at >= EDGE && at + size <= room - EDGE;
    const { x, y } = this.#view;
    const isSeen = inside(x + box.x * scale, box.width * scale, wide) && inside(y + box.y * scale, box.height * scale, high);
    if (isCloser || !isSeen) {
      this.#isFitted = false;
      this.#go({ scale, ...middle }, true);
    }
  }

  #smallest() {
    const { clientWidth: wide, clientHeight: high } = this.ground;
    return Math.min(1, wide / this.picture.width, high / this.picture.height) / 2;
  }

  #pan(x, y) {
    this.#isFitted = false;
    this.#go({ ...this.#view, x: this.#view.x + x, y: this.#view.y + y }, false);
  }

  #go(view, glides) {
    cancelAnimationFrame(this.#frame);
    const target = this.#bounded(view);
    if (!glides || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.#place(target);
      return;
    }
    const [from, begun] = [this.#view, performance.now()];
    const step = (now) => {
      const part = Math.min(1, (now - begun) / GLIDE);
      const eased = 1 - (1 - part) ** 3;
      this.#place(Object.fromEntries(Object.keys(from).map((key) => [key, from[key] + (target[key] - from[key]) * eased])));
      if (part < 1) this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }

  // A picture that is pushed away is never lost: a quarter of the ground stays covered, or all of a small one.
  #bounded({ x, y, scale }) {
    const within = (at, size, room) => {
      const kept = Math.min(size, room / 4);
      return Math.min(room - kept, Math.max(kept - size, at));
    };
    return {
      scale,
      x: within(x, this.picture.width * scale, this.ground.clientWidth),
      y: within(y, this.picture.height * scale, this.ground.clientHeight),
    };
  }

  #place(view) {
    this.#view = view;
    this.picture.svg.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
  }

  #point(event) {
    const { left, top } = this.ground.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #wheel(event) {
    event.preventDefault();
    const unit = [1, 16, this.ground.clientHeight][event.deltaMode];
    if (event.shiftKey) {
      this.#pan(-(event.deltaX || event.deltaY) * unit, 0);
      return;
    }
    const turned = Math.max(-120, Math.min(120, event.deltaY * unit));
    this.zoom(Math.exp(-turned * (event.ctrlKey ? 0.01 : 0.0022)), this.#point(event), false);
  }

  #down(event) {
    if (event.button !== 0) return;
    if (!this.#pointers.size) this.#moved = false;
    this.#pointers.set(event.pointerId, { ...this.#point(event), from: this.#point(event) });
  }

  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before || !this.picture) return;
    const now = this.#point(event);
    if (!this.#moved && Math.hypot(now.x - before.from.x, now.y - before.from.y) < SLOP && this.#pointers.size === 1) return;
    if (!this.#moved) {
      this.#moved = true;
      this.ground.setPointerCapture(event.pointerId);
    }
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const apart = (point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
      this.zoom(apart(now) / apart(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }, false);
    }
    const share = other ? 2 : 1; // the middle between two fingers moves half as far
    this.#pan((now.x - before.x) / share, (now.y - before.y) / share);
    this.#pointers.set(event.pointerId, { ...now, from: before.from });
  }

  #up(event) {
    this.#pointers.delete(event.pointerId);
  }

  #click(event) {
    if (this.#moved) {
      this.#moved = false;
      return;
    } // the end of a drag
    this.#onChoose(event.target.closest(".card")?.dataset.id ?? null);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const card = event.target.closest(".card");
    const actions = {
      "+": () => this.zoom(STEP),
      "=": () => this.zoom(STEP),
      "-": () => this.zoom(1 / STEP),
      0: () => this.fit(),
      ArrowLeft: () => this.#pan(PAN, 0),
      ArrowRight: () => this.#pan(-PAN, 0),
      ArrowUp: () => this.#pan(0, PAN),
      ArrowDown: () => this.#pan(0, -PAN),
      ...(card && {
        Enter: () => this.#onChoose(card.dataset.id),
        " ": () => this.#onChoose(card.dataset.id),
        Escape: () => this.ground.focus(),
      }),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  }

  #focused(event) {
    const card = event.target.closest(".card");
    if (card?.matches(":focus-visible")) this.reveal(card.dataset.id);
  }
}
