"""Make the embedding model: `prepare` reads and cuts the texts, `train` makes and writes the word vectors.

`near-words` makes the table of words that mean about the same, by a sentence model of your choice; `sentence-model`
cuts such a model down to the scripts that are read and four bits a weight; `answer-model` trains what tells answers
from near misses on what that model has read.
"""

import argparse
import json
import logging
import random
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from corpus.answer_model import SHIPPED_ANSWER_MODEL
from corpus.embedder import SHIPPED_MODEL, StaticEmbedder, load_embedder
from corpus.near_words import SHIPPED_NEAR_WORDS
from corpus.sentence_encoder import SHIPPED_ENCODER, SentenceEncoder
from corpus.training import contrast, files, lsa, near, pairs, sentence, texts, vocabulary

log = logging.getLogger("corpus.training")


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it is done."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    options = _parser().parse_args(arguments)
    if options.command == "near-words":
        find_near_words(options)
        return 0
    if options.command == "answer-model":
        train_answer_model(options)
        return 0
    if options.command == "sentence-model":
        sentence.write_sentence_model(options.out, options.source, options.latin)
        return 0
    options.work.mkdir(parents=True, exist_ok=True)
    if options.command == "prepare":
        prepare(options)
    else:
        train(options)
    return 0


def find_near_words(options: argparse.Namespace) -> None:
    """Ask the sentence model for each word's vector, and write each word's nearest others."""
    words = near.used_words(StaticEmbedder.load().vocabulary)
    embedder = load_embedder(options.model)
    vectors = []
    for start in range(0, len(words), near.BLOCK):
        vectors.append(embedder.embed_queries(words[start : start + near.BLOCK]))
        log.info("%d of %d words", min(start + near.BLOCK, len(words)), len(words))
    table = near.near_words(words, np.concatenate(vectors))
    table.write(options.out)
    log.info("wrote %s: %d words, %d neighbours", options.out, len(words), len(table.near))


def prepare(options: argparse.Namespace) -> None:
    """Read the checkouts, drop what the measuring sets hold, cut into words: `cut.jsonl` and `prepared.json`."""
    excluded = texts.measuring_text(options.exclude)
    sources = [texts.read_news(folder) for folder in options.news]
    sources += [texts.read_questions(path) for path in options.questions]
    items, dropped = texts.cut((item for source in sources for item in source), excluded, options.processes)
    texts.write_cut(options.work / "cut.jsonl", items)
    counts = {"items": len(items), "questions": sum(i.source == "iapp" for i in items), "dropped_as_measured": dropped}
    (options.work / "prepared.json").write_text(json.dumps(counts), encoding="utf-8")
    log.info("prepared %s", counts)


def train(options: argparse.Namespace) -> None:
    """Vocabulary, start by LSA, near misses, training, files; figures to `figures.json` beside the texts."""
    began = time.monotonic()
    items = texts.read_cut(options.work / "cut.jsonl")
    words = vocabulary.count_words(items, options.words, options.least)
    log.info("%d items, %d words", len(items), len(words.words))
    start = start_vectors(items, words, options.dimensions, options.seed)
    log.info("LSA done, %.0f s", time.monotonic() - began)
    learnt = pairs.training_items(items, words)
    misses = pairs.near_misses(learnt, words, count=min(8, len(learnt) - 1))
    log.info("near misses found, %.0f s", time.monotonic() - began)
    vectors = contrast.KEPT * start
    for course in courses(options, len(learnt)):
        log.info("%s", course)
        source = pairs.Pairs(
            learnt,
            misses,
            words.idf,
            seed=options.seed,
            span_share=options.spans,
            dropout=options.dropout,
            longest=course.longest,
        )
        checkpoint = options.work / f"checkpoint-{course.longest}.npy"
        vectors += course.share * contrast.train(
            start, source, course, checkpoint=checkpoint, threads=options.threads, report=log.info
        )
    name = f"thamphaen-static-{options.dimensions}"
    revision = files.write_model(options.out, name, words, vectors)
    figures = {
        "name": name,
        "revision": revision,
        "items": len(learnt),
        "passages": sum(len(item.passages) for item in learnt),
        "words": len(words.words),
        "seconds": round(time.monotonic() - began),
        "seed": options.seed,
        "courses": [asdict(course) for course in courses(options, len(learnt))],
    }
    (options.work / "figures.json").write_text(json.dumps(figures, indent=2), encoding="utf-8")
    log.info("wrote %s: %s", options.out, figures)


def courses(options: argparse.Namespace, items: int) -> list[contrast.Course]:
    """The courses of `contrast.COURSES` within what the options allow."""
    return [
        replace(
            course,
            epochs=min(course.epochs, options.epochs),
            batch=min(options.batch, items),
            sizes=tuple(int(size) for size in options.sizes.split(",")),
            minutes=options.minutes,
        )
        for course in contrast.COURSES
    ]


def start_vectors(
    items: list[texts.CutItem], words: vocabulary.Vocabulary, dimensions: int, seed: int
) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """LSA directions with each word's idf for its length: (words, dimensions), root mean square `contrast.START_SCALE`.

    The singular vectors' own lengths favour common words and halve what retrieval finds (0.42 to 0.67 on iapp_th).
    """
    ids = (words.ids([*item.title, *(word for line in item.lines for word in line)]) for item in items)
    vectors = lsa.word_vectors(vocabulary.tfidf([i for i in ids if len(i)], words), dimensions, seed=seed)
    vectors *= words.idf[:, None] / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    vectors[0] = 0.0
    return np.asarray(vectors * (contrast.START_SCALE / np.sqrt(np.mean(vectors**2))), dtype=np.float32)


def train_answer_model(options: argparse.Namespace) -> None:
    """Pairs → a reader of what the sentence encoder reads → `answers.onnx`."""
    from corpus.training import answers

    chance = random.Random(options.seed)  # noqa: S311 - no secret is made of it
    pairs = [pair for path in options.pairs for pair in answers.read_pairs(path)]
    for path in options.articles:
        pairs += answers.article_pairs(path, options.most_questions, chance)
    log.info("%d pairs, %d of them answers", len(pairs), sum(bool(pair.answers) for pair in pairs))
    answers.write_answer_model(answers.train(pairs, SentenceEncoder(), options.seed), options.out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m corpus.training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    reading = commands.add_parser("prepare", help="read and cut the texts")
    reading.add_argument("--news", type=Path, nargs="+", required=True, help="checkout of a thaigov corpus")
    reading.add_argument("--questions", type=Path, nargs="*", default=[], help="iapp train.jsonl or data.zip")
    reading.add_argument("--exclude", type=Path, help="folder of measuring sets (BEIR layout) to keep apart from")
    reading.add_argument("--processes", type=int, default=2)
    making = commands.add_parser("train", help="make the word vectors and write the model")
    making.add_argument("--out", type=Path, default=SHIPPED_MODEL)
    making.add_argument("--words", type=int, default=40_000)
    making.add_argument("--least", type=int, default=4, help="items a word must stand in")
    making.add_argument("--dimensions", type=int, default=448)
    making.add_argument("--sizes", default="448,128", help="leading parts of a vector that must work alone")
    making.add_argument("--epochs", type=int, default=16, help="at most, of each course")
    making.add_argument("--batch", type=int, default=1024)
    making.add_argument("--spans", type=float, default=0.5, help="share of pairs that are a span and its passage")
    making.add_argument("--dropout", type=float, default=0.2, help="share of a passage's words left out")
    making.add_argument("--minutes", type=float, default=40.0, help="end each course in good order after this long")
    making.add_argument("--seed", type=int, default=1)
    making.add_argument("--threads", type=int, default=2)
    looking = commands.add_parser("near-words", help="find the words that mean about the same")
    looking.add_argument("--model", required=True, help="as EMBEDDING_MODEL: a hub name, a path, or provider:name")
    looking.add_argument("--out", type=Path, default=SHIPPED_NEAR_WORDS)
    cutting = commands.add_parser("sentence-model", help="cut a sentence model down to what ships")
    cutting.add_argument(
        "--source", type=Path, required=True, help="folder of a BERT encoder, as transformers keeps it"
    )
    cutting.add_argument("--out", type=Path, default=SHIPPED_ENCODER)
    cutting.add_argument("--latin", type=int, default=sentence.MOST_LATIN, help="pieces with Latin letters to keep")
    answering = commands.add_parser("answer-model", help="train what tells answers from near misses")
    answering.add_argument(
        "--pairs", type=Path, nargs="+", required=True, help="as `python -m evals pairs` writes them"
    )
    answering.add_argument("--articles", type=Path, nargs="*", default=[], help="iapp data.zip")
    answering.add_argument("--most-questions", type=int, default=2500, help="of the articles")
    answering.add_argument("--out", type=Path, default=SHIPPED_ANSWER_MODEL)
    answering.add_argument("--seed", type=int, default=1)
    for command in (reading, making):
        command.add_argument("--work", type=Path, required=True, help="folder for what lies between the two steps")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
