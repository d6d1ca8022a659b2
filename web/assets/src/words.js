// Words that scripts show by themselves; everything else is written by the server.
const WORDS = {
  id: {
    chooseFilesButton: 'Pilih berkas',
    dropInstruction: 'atau seret ke sini',
    noFileChosen: 'Belum ada berkas',
    multipleFilesChosen: { one: '%{count} berkas dipilih', other: '%{count} berkas dipilih' },
    enteredDropZone: 'Di atas tempat menaruh berkas',
    leftDropZone: 'Keluar dari tempat menaruh berkas',
    charactersUnderLimit: { one: 'Sisa %{count} huruf', other: 'Sisa %{count} huruf' },
    charactersAtLimit: 'Sisa 0 huruf',
    charactersOverLimit: { one: 'Kelebihan %{count} huruf', other: 'Kelebihan %{count} huruf' },
    wordsUnderLimit: { one: 'Sisa %{count} kata', other: 'Sisa %{count} kata' },
    wordsAtLimit: 'Sisa 0 kata',
    wordsOverLimit: { one: 'Kelebihan %{count} kata', other: 'Kelebihan %{count} kata' },
  },
  en: {}, // the components speak English by themselves
};

/** The words for the page's language, only those named. Shape: what the component's `i18n` option takes. */
export function words(...names) {
  const chosen = WORDS[document.documentElement.lang] ?? WORDS.id;
  return Object.fromEntries(names.filter((name) => name in chosen).map((name) => [name, chosen[name]]));
}
