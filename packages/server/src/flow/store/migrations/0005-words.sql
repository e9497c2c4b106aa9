-- Letters beyond ASCII are words of their own, so that `timeout` finds `timeout이`. The same expression stands in flow/query/compile/words.ts.
ALTER TABLE logs DROP INDEX IF EXISTS message_words;

ALTER TABLE logs ADD INDEX IF NOT EXISTS words
    lower(if(lengthUTF8(message) = length(message), message, replaceRegexpAll(message, '([^\\x00-\\x7f]+)', ' \\1 ')))
    TYPE text(tokenizer = splitByNonAlpha, posting_list_codec = 'bitpacking') FIRST;

ALTER TABLE logs MATERIALIZE INDEX words;
