"""Yardsticks: what a text model has to beat. Estimators over strings, fitted on the documents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import (
    ENGLISH_STOP_WORDS,
    TfidfVectorizer,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import Normalizer
from sklearn.utils.validation import check_is_fitted

from matchmaker.engines.matching.analysis import stretches

Analyzer = Callable[[str], Iterable[str]]

LONGEST_ENTRY = 12
"""Characters of the longest Japanese entry looked for."""

MEANINGS = 2
"""English meanings read of an entry: the later ones are rare and bring noise."""

_WORD = re.compile(r"\w+")
_ENTRY = re.compile(r"(?P<headword>\S+) (?:\[(?P<reading>[^\]]+)\] )?/(?P<glosses>.*)/")
_REMARK = re.compile(r"\([^)]*\)|\{[^}]*\}")
_FEW_HIRAGANA = re.compile("[\u3041-\u3096\u30fc]{1,2}")


def plural_stem(word: str) -> str:
    """Return an English word, in lower case, without the ending of its plural.

    References
    ----------
    D. Harman, How Effective Is Suffixing?, Journal of the American Society for Information
    Science 42(1), 1991: the S stemmer, of whose three rules the first that fits is taken.
    """
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return f"{word[:-3]}y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")):
        return word[:-1]
    return word


def plural_stems(text: str) -> list[str]:
    """Return the words of a text in lower case and one width, without plural endings."""
    narrow = unicodedata.normalize("NFKC", text).casefold()
    return [plural_stem(word) for word in _WORD.findall(narrow)]


class EdictWords:
    """Cuts texts into English words: Japanese ones by the dictionary, others as they are.

    From the left, the longest entry is taken that the text goes on with; where there is none, one
    character is passed over. An entry gives all words of its English meanings.

    Parameters
    ----------
    entries : mapping of str to list of str
        As `read_entries` returns them.
    """

    def __init__(self, entries: Mapping[str, Sequence[str]]) -> None:
        self.entries = entries

    def __call__(self, text: str) -> list[str]:
        """Return the words of one text."""
        found: list[str] = []
        for language, surface, _ in stretches(unicodedata.normalize("NFKC", text)):
            found.extend(self._translated(surface) if language == "ja" else plural_stems(surface))
        return found

    def _translated(self, run: str) -> list[str]:
        found: list[str] = []
        start = 0
        while start < len(run):
            for end in range(min(len(run), start + LONGEST_ENTRY), start, -1):
                if run[start:end] in self.entries:
                    found.extend(self.entries[run[start:end]])
                    start = end
                    break
            else:
                start += 1
        return found


def read_entries(path: Path) -> dict[str, list[str]]:
    """Return the words of the first English meanings of each Japanese entry of an EDICT file.

    English function words are left out, and so are entries of one or two hiragana: nearly all of
    them are particles or chance pieces of other words.

    Parameters
    ----------
    path : Path
        In EUC-JP, as Debian's package ``edict`` installs it.

    Raises
    ------
    FileNotFoundError
        If there is no such file.

    References
    ----------
    Electronic Dictionary Research and Development Group, EDICT; licence CC BY-SA 4.0. It is read
    where it is installed, and never copied.
    """
    entries: dict[str, dict[str, None]] = {}
    with path.open(encoding="euc_jp", errors="ignore") as file:
        for line in file:
            entry = _ENTRY.match(line)
            if entry is None:
                continue
            glosses = [gloss for gloss in entry["glosses"].split("/") if gloss[:4] != "EntL"]
            first = plural_stems(_REMARK.sub(" ", " ".join(glosses[:MEANINGS])))
            meanings = dict.fromkeys(word for word in first if word not in ENGLISH_STOP_WORDS)
            for name in {entry["headword"], entry["reading"] or entry["headword"]}:
                if not _FEW_HIRAGANA.fullmatch(name):
                    entries.setdefault(unicodedata.normalize("NFKC", name), {}).update(meanings)
    return {name: list(meanings) for name, meanings in entries.items() if meanings}


class BM25(BaseEstimator):
    """Okapi BM25.

    Parameters
    ----------
    analyzer : callable, default=plural_stems
        From a text to its words.
    k1 : float, default=1.5
        How much the further mentions of a word count.
    b : float, default=0.75
        How much the length of a document counts, 0 to 1.

    Attributes
    ----------
    columns_ : dict of str to int
        The words of the documents.
    weights_ : csr_array of shape (n_terms, n_documents)
        What one mention in a query adds to the score of each document.

    References
    ----------
    S. Robertson and S. Walker, Some Simple Effective Approximations to the 2-Poisson Model,
    SIGIR 1994; S. Robertson and H. Zaragoza, The Probabilistic Relevance Framework: BM25 and
    Beyond, 2009. The inverse document frequency has 1 added inside the logarithm, as Lucene does,
    so that a common word never counts against.
    """

    def __init__(
        self, analyzer: Analyzer = plural_stems, k1: float = 1.5, b: float = 0.75
    ) -> None:
        self.analyzer = analyzer
        self.k1 = k1
        self.b = b

    def fit(self, X: Sequence[str], y: None = None) -> BM25:  # noqa: ARG002, N803
        """Count the words of the documents.

        Parameters
        ----------
        X : sequence of n_documents str
        y : ignored
        """
        words = [list(self.analyzer(text)) for text in X]
        distinct = dict.fromkeys(word for text in words for word in text)
        self.columns_ = {word: column for column, word in enumerate(distinct)}
        counts = self._counts(words)
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        with_term = np.bincount(counts.indices, minlength=counts.shape[1])
        idf = np.log1p((counts.shape[0] - with_term + 0.5) / (with_term + 0.5))
        long = self.k1 * (1 - self.b + self.b * lengths / (lengths.mean() or 1.0))
        spread = np.repeat(long, np.diff(counts.indptr))
        counts.data *= (self.k1 + 1) / (counts.data + spread)
        counts.data *= idf[counts.indices]
        self.weights_ = sp.csr_array(counts.T)
        return self

    def score(self, X: Sequence[str]) -> Any:  # noqa: N803
        """Return the scores of n_queries texts, shape (n_queries, n_documents), 0 or more."""
        check_is_fitted(self)
        asked = self._counts([list(self.analyzer(text)) for text in X])
        return (asked @ self.weights_).toarray()

    def _counts(self, texts: Sequence[Sequence[str]]) -> Any:
        rows, columns = [], []
        for row, words in enumerate(texts):
            known = [self.columns_[word] for word in words if word in self.columns_]
            rows.extend([row] * len(known))
            columns.extend(known)
        shape = (len(texts), len(self.columns_))
        return sp.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)


class Cosine(BaseEstimator):
    """Cosine of the vectors that a transformer makes of the texts.

    Parameters
    ----------
    vectorizer : transformer from str to rows of unit length
        Cloned, and fitted on the documents.

    Attributes
    ----------
    vectorizer_ : the fitted clone
    documents_ : array or sparse matrix of shape (n_documents, n_features)
    """

    def __init__(self, vectorizer: Any) -> None:
        self.vectorizer = vectorizer

    def fit(self, X: Sequence[str], y: None = None) -> Cosine:  # noqa: ARG002, N803
        """Fit the transformer on the documents and keep their vectors.

        Parameters
        ----------
        X : sequence of n_documents str
        y : ignored

        Raises
        ------
        ValueError
            If no document has a word.
        """
        self.vectorizer_ = clone(self.vectorizer)
        self.documents_ = self.vectorizer_.fit_transform(X)
        return self

    def score(self, X: Sequence[str]) -> Any:  # noqa: N803
        """Return the cosines of n_queries texts, shape (n_queries, n_documents)."""
        check_is_fitted(self)
        found = self.vectorizer_.transform(X) @ self.documents_.T
        return found.toarray() if sp.issparse(found) else found


class LatentTopics(TransformerMixin, BaseEstimator):
    """Vectors of terms as weights of topics, by truncated singular value decomposition.

    Parameters
    ----------
    topics : int, default=200
        Fewer are taken where there are fewer texts or terms; a single term is its own topic.

    Attributes
    ----------
    svd_ : TruncatedSVD or None

    References
    ----------
    S. Deerwester et al., Indexing by Latent Semantic Analysis, Journal of the American Society
    for Information Science 41(6), 1990.
    """

    def __init__(self, topics: int = 200) -> None:
        self.topics = topics

    def fit(self, X: Any, y: None = None) -> LatentTopics:  # noqa: ARG002, N803
        """Find the topics of a matrix of shape (n_texts, n_terms)."""
        self.svd_ = None
        if X.shape[1] > 1:
            # Texts that are all alike have no variance, of which a share is taken.
            with np.errstate(divide="ignore", invalid="ignore"):
                self.svd_ = TruncatedSVD(min(self.topics, *X.shape), random_state=0).fit(X)
        return self

    def transform(self, X: Any) -> Any:  # noqa: N803
        """Return an array of shape (n_texts, n_topics)."""
        return X if self.svd_ is None else self.svd_.transform(X)


def tfidf_words() -> Cosine:
    """Return the yardstick of tf-idf over words without plural endings."""
    return Cosine(TfidfVectorizer(analyzer=plural_stems))


def tfidf_characters() -> Cosine:
    """Return the yardstick of tf-idf over character n-grams of 2 to 5 within words."""
    return Cosine(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True))


def lsa(topics: int = 200) -> Cosine:
    """Return the yardstick of latent semantic analysis over tf-idf of words."""
    words = TfidfVectorizer(analyzer=plural_stems, sublinear_tf=True)
    return Cosine(
        Pipeline(
            [
                ("words", words),
                ("topics", LatentTopics(topics)),
                ("length", Normalizer(copy=False)),
            ]
        )
    )
