/** Walks along the points of a chart by keyboard; each is shown in the chart and said in the live region below it. */
class Walk {
  #plot;
  #readout;
  #tracks = [];
  #track = 0;
  #point = -1;

  constructor(plot, readout) {
    this.#plot = plot;
    this.#readout = readout;
    plot.addEventListener('keydown', event => this.#press(event));
    plot.addEventListener('blur', () => this.#leave());
  }

  /** Takes the tracks of a new drawing of the same chart. */
  follow(tracks) {
    this.#tracks = tracks.filter(track => track.points.length > 0);
    if (this.#track >= this.#tracks.length) {
      this.#track = 0;
      this.#point = -1;
    }
  }

  #press(event) {
    // Keys of the buttons inside the chart are theirs, and those with a modifier the browser's.
    if (event.target !== this.#plot || event.ctrlKey || event.altKey || event.metaKey || !this.#tracks.length) {
      return;
    }

    if (event.key === 'Escape') {
      this.#leave();
      return;
    }

    const points = this.#tracks[this.#track].points.length;
    const page = Math.max(1, Math.round(points / 10));
    const moves = { ArrowRight: 1, ArrowLeft: -1, PageDown: page, PageUp: -page, Home: -points, End: points };
    if (event.key in moves) {
      const start = this.#point < 0 && moves[event.key] > 0 && event.key !== 'End' ? -1 : this.#point;
      this.#point = Math.min(points - 1, Math.max(0, start + moves[event.key]));
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      this.#change(event.key === 'ArrowDown' ? 1 : -1);
    } else {
      return;
    }

    event.preventDefault();
    this.#show();
  }

  /** Goes to another curve, to its point beside the present one. */
  #change(step) {
    if (this.#point < 0) {
      this.#point = 0;
      return;
    }

    const at = this.#tracks[this.#track].points[this.#point].at;
    this.#track = (this.#track + step + this.#tracks.length) % this.#tracks.length;
    const points = this.#tracks[this.#track].points;
    this.#point = points.reduce((best, point, i) => Math.abs(point.at - at) < Math.abs(points[best].at - at) ? i : best, 0);
  }

  #show() {
    const { name, points } = this.#tracks[this.#track];
    const point = points[this.#point];
    this.#readout.textContent = `${name}: ${point.text()}. Point ${this.#point + 1} of ${points.length}.`;
    if (point.target) {
      Plotly.Fx.hover(this.#plot, [point.target]);
    }
  }

  #leave() {
    this.#point = -1;
    this.#readout.textContent = '';
    if (this.#plot._fullLayout?._hoverlayer) {
      Plotly.Fx.unhover(this.#plot);
    }
  }
}

