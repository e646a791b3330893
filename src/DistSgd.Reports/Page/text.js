/** Texts and numbers as they are shown. */
const Text = (() => {
  const DIGITS = 5;

  /**
   * Plotly reads a small HTML, and %{...} in templates, from every text it is given; as entities these characters are only shown.
   */
  function plain(text) {
    return String(text).replace(/[&<>%$]/g, character => `&#${character.charCodeAt(0)};`);
  }

  /** The same for texts that are painted into a 3D scene, which knows tags but no entities: no '<' there begins a tag. */
  function painted(text) {
    return String(text).replace(/</g, '<\u200b');
  }

  /** A number to read, with the digits that matter. */
  function number(value, digits = DIGITS) {
    if (value === null || value === undefined) {
      return 'no value';
    }

    const short = String(Number(value.toPrecision(digits)));
    return short.replace('-', '\u2212').replace(/e\u2212?\+?/, part => part.includes('\u2212') ? 'e\u2212' : 'e');
  }

  /** A long text in lines, broken between words and made safe, for places that do not break lines themselves. */
  function wrapped(text, width, safe = plain) {
    const lines = [''];
    for (const word of String(text).split(/\s+/)) {
      const last = lines[lines.length - 1];
      if (last && last.length + 1 + word.length > width) {
        lines.push(word);
      } else {
        lines[lines.length - 1] = last ? `${last} ${word}` : word;
      }
    }

    return lines.map(safe).join('<br>');
  }

  return { number, painted, plain, wrapped };
})();

