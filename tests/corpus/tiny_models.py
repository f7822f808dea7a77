"""Random transformers with a tokenizer of single letters, made here: no download, under a megabyte."""

import json
import shutil
from pathlib import Path
from typing import Any


def save_base(folder: Path, labels: int = 0) -> Path:
    """A BERT of one layer and its tokenizer; with `labels`, one that classifies."""
    import torch
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(7)
    letters = [chr(c) for c in (*range(0x21, 0x7F), *range(0x0E01, 0x0E4F))]
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
    raw = Tokenizer(models.WordLevel({name: i for i, name in enumerate(names)}, unk_token="[UNK]"))
    raw.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    make_tokenizer: Any = PreTrainedTokenizerFast
    fast = make_tokenizer(
        tokenizer_object=raw,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=512,
    )
    fast.save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(names), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    if labels:
        config.num_labels = labels
        BertForSequenceClassification(config).save_pretrained(folder)
    else:
        BertModel(config).save_pretrained(folder)
    return folder


def save_embedder(folder: Path) -> Path:
    """A sentence-transformers model with prompts of its own."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    body = Transformer(str(save_base(folder / "base")), max_seq_length=128)
    model = SentenceTransformer(modules=[body, Pooling(body.get_embedding_dimension())])
    model.prompts = {"query": "q: ", "document": "p: "}
    model.save(str(folder / "tiny"))
    return folder / "tiny"


def without_prompts(model: Path, copy: Path) -> Path:
    """A copy whose files name no prompts."""
    shutil.copytree(model, copy)
    path = copy / "config_sentence_transformers.json"
    config = json.loads(path.read_text())
    config["prompts"] = {}
    path.write_text(json.dumps(config))
    return copy
