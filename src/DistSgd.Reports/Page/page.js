/** Unpacks the charting library, draws the charts, and draws them anew when the colours or the width of the page change. */
const Page = (() => {
  const NARROW = 420;
  const MOST_SCENES = 8; // browsers keep some 16 WebGL contexts at a time and a scene may use two
  const KINDS = { line: Curves.draw, contour: Fields.contour, heat: Fields.heat, surface: Fields.surface };
  const CONFIG = { displaylogo: false, responsive: true, showTips: false, modeBarButtonsToRemove: ['select2d', 'lasso2d', 'autoScale2d'] };

  const dark = matchMedia('(prefers-color-scheme: dark)');
  const hasWebGl = (() => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('webgl');
    context?.getExtension('WEBGL_lose_context')?.loseContext();
    return context !== null;
  })();

  let scenes = 0;

  /** One chart of the page. */
  class Figure {
    #chart;
    #draw;
    #plot;
    #legend;
    #note = null;
    #walk;
    #hidden = new Set();
    #isNarrow = false;
    #turn = Promise.resolve();

    constructor(element) {
      const { kind, chart } = JSON.parse(element.querySelector('script').textContent);
      this.#chart = chart;
      this.#draw = KINDS[kind];
      this.#plot = element.querySelector('.plot');
      this.#legend = element.querySelector('.legend');
      element.dataset.kind = kind;
      this.#plot.tabIndex = 0;
      this.#plot.setAttribute('role', 'application');
      this.#plot.setAttribute('aria-roledescription', 'chart');
      this.#plot.setAttribute('aria-label', `${chart.title}. Arrow keys walk along the points.`);
      this.#walk = new Walk(this.#plot, element.querySelector('.readout'));
    }

    async show() {
      const isNarrow = this.#plot.clientWidth < NARROW;
      if (isNarrow !== this.#isNarrow) {
        Plotly.purge(this.#plot); // another layout: nothing of the old one fits it
      }

      this.#isNarrow = isNarrow;
      const theme = Theme.read();
      const isCrowded = scenes >= MOST_SCENES && !this.#plot.dataset.scene;
      const view = {
        hasWebGl: hasWebGl && !isCrowded, isCrowded: hasWebGl && isCrowded, isNarrow: this.#isNarrow,
        isTouch: matchMedia('(pointer: coarse)').matches,
      };
      const drawing = this.#draw(this.#chart, theme, view);
      if (drawing.usesWebGl && !this.#plot.dataset.scene) {
        this.#plot.dataset.scene = 'yes';
        scenes++;
      }

      this.#hidden.forEach(index => drawing.legend[index].traces.forEach(number => { drawing.traces[number].visible = false; }));
      Legend.fill(this.#legend, drawing, this.#plot, this.#hidden);
      this.#walk.follow(drawing.tracks);
      this.#say(drawing.note);
      await Plotly.react(this.#plot, drawing.traces, Layout.whole(drawing, theme, view), CONFIG);
      this.#plot.dataset.drawn = 'yes';
    }

    /** Draws the chart once it is not being drawn any more: two drawings of one chart at a time disturb each other. */
    tryShow() {
      this.#turn = this.#turn.then(() => this.#showOrSay());
      return this.#turn;
    }

    /** One that cannot be drawn says so and keeps no other from it. */
    async #showOrSay() {
      try {
        await this.show();
      } catch (error) {
        console.error(error);
        this.#say(`This chart cannot be drawn (${error.message}); its data stand below.`);
      }
    }

    /** Draws anew if the width has come to ask for another layout. */
    async fit() {
      if (this.#plot.clientWidth < NARROW !== this.#isNarrow) {
        await this.tryShow();
      }
    }

    #say(note) {
      this.#note?.remove();
      if (note) {
        this.#note = document.createElement('p');
        this.#note.className = 'note';
        this.#note.textContent = note;
        this.#plot.before(this.#note);
      }
    }
  }

  async function unpack() {
    const packed = document.getElementById('chart-library');
    const bytes = Uint8Array.from(atob(packed.textContent), character => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    const script = document.createElement('script');
    script.textContent = await new Response(stream).text();
    keepCanvasesInMemory(() => packed.replaceWith(script));
  }

  /** Runs a script whose canvases are read back all the time, to find the outlines of letters: quick in memory, slow on a graphics card. */
  function keepCanvasesInMemory(run) {
    const getContext = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, options) {
      return getContext.call(this, kind, kind === '2d' ? { willReadFrequently: true, ...options } : options);
    };
    try {
      run();
    } finally {
      HTMLCanvasElement.prototype.getContext = getContext;
    }
  }

  async function start() {
    const elements = [...document.querySelectorAll('figure.chart')];
    try {
      await unpack();
    } catch (error) {
      const message = `The charts cannot be drawn (${error.message}); the data stand below.`;
      elements.forEach(element => { element.querySelector('.readout').textContent = message; });
      return;
    }

    const figures = elements.map(element => new Figure(element));
    const redraw = async () => {
      for (const figure of figures) {
        await figure.tryShow();
      }
    };
    await redraw();
    dark.addEventListener('change', redraw);
    addEventListener('resize', () => figures.forEach(figure => figure.fit()));
    // Paper is white, whatever the screen.
    addEventListener('beforeprint', () => { document.documentElement.dataset.theme = 'light'; redraw(); });
    addEventListener('afterprint', () => { delete document.documentElement.dataset.theme; redraw(); });
    document.documentElement.dataset.ready = 'yes';
  }

  return { start };
})();

Page.start();
