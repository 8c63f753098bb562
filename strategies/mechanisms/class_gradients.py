"""Gradient lengths per class from one backward pass, where all parameters belong to linear layers and embedding tables.

A linear layer's gradient is the sum over rows of d_i x_i^T, where d_i is the slope at its output and x_i its input. So
the inner product of two rows' gradients is (d_i . d_j) (x_i . x_j), and lengths follow without the gradient of any
class (Goodfellow 2015, arXiv:1510.01799, for single rows; here for sums of rows).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import torch.nn.functional as F
from torch import Tensor
from torch.func import vjp
from torch.overrides import TorchFunctionMode

from longtail.strategies.network import Params, Terms, indicators


class Use(NamedTuple):
    """One use of parameters, by a layer or by a table (which has an empty bias name), and the shape of its output."""

    weight: str
    bias: str
    table: bool
    shape: tuple[int, ...]


class UseRecorder(TorchFunctionMode):
    """Recorder of the uses of parameters, which adds to each layer's or table's output its own part of `added`."""

    def __init__(self, params: Params, added: Sequence[Tensor] = ()) -> None:
        super().__init__()
        self.names, self.added = {id(p): name for name, p in params.items()}, added
        self.uses: list[Use] = []
        self.inputs: list[Tensor] = []
        self.elsewhere = False
        """whether anything else uses a parameter"""

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        given = [*args, *(kwargs or {}).values()]
        parts = [part for arg in given for part in (arg if isinstance(arg, tuple | list) else (arg,))]
        met = [self.names[id(part)] for part in parts if id(part) in self.names]
        if not met:
            return out
        layer = func is F.linear and args[0].ndim == 2
        # torch passes a table's settings by name; these would change its gradient
        settings = [(kwargs or {}).get(setting) for setting in ("padding_idx", "max_norm")]
        plain = settings == [None, None] and not (kwargs or {}).get("scale_grad_by_freq")
        table = func is F.embedding and args[0].ndim == 2 and len(args) == 2 and plain
        weight, bias, *_ = (*(self.names.get(id(part), "") for part in args[1:3]), "", "")
        if not (layer or table) or not weight or met != [name for name in (weight, bias) if name]:
            self.elsewhere = True
            return out
        self.uses.append(Use(weight, bias, table, tuple(out.shape)))
        self.inputs.append(args[0])
        return out + self.added[len(self.uses) - 1] if self.added else out


class Lengths(NamedTuple):
    """Terms (B,), squared lengths (K,) from classes of rows (B,), and gradients from factors of rows (B,)."""

    terms: Tensor
    squares: Callable[[Tensor, int], Tensor]
    pull: Callable[[Tensor], Params]


def pays(params: Params, rows: int, classes: int) -> bool:
    """Return whether products of all pairs of rows cost less than a backward pass for each class beyond two."""
    matrices = [p for p in params.values() if p.ndim == 2]
    return rows * sum(sum(p.shape) for p in matrices) < (classes - 2) * sum(p.numel() for p in matrices)


def lengths(rows: Callable[[Params], Tensor], params: Params) -> Lengths | None:
    """Return the gradient lengths, or None.

    None means that rows are not known to be independent, or that something else uses the parameters.
    """
    if not (isinstance(rows, Terms) and rows.apart):
        return None
    with UseRecorder(params) as watch:
        rows(params)
    uses = watch.uses
    once = [name for use in uses for name in (use.weight, use.bias) if name and not use.table]
    tables = {use.weight for use in uses if use.table}
    if watch.elsewhere or not once or sorted([*once, *tables]) != sorted(params):
        return None

    def found(given: Params, added: list[Tensor]) -> tuple[Tensor, tuple[Tensor, ...]]:
        with UseRecorder(given, added) as watch:
            terms = rows(given)
        return terms, tuple(watch.inputs)

    added = [params[use.weight].new_zeros(use.shape) for use in uses]
    whole: Any = vjp(found, dict(params), added, has_aux=True)
    terms, pull, inputs = whole

    def squares(y: Tensor, classes: int) -> Tensor:
        slopes = pull(terms.new_ones(terms.shape))[1]
        return summed(uses, inputs, slopes, params, y, classes)

    return Lengths(terms, squares, lambda factors: pull(factors)[0])


def summed(
    uses: Sequence[Use], inputs: Sequence[Tensor], slopes: Sequence[Tensor], params: Params, y: Tensor, classes: int
) -> Tensor:
    """Return the squared length of each class's gradient, (K,), from the inputs and slopes of all uses."""
    pairs: Any = 0.0
    tables: dict[str, Tensor] = {}
    for use, x, slope in zip(uses, inputs, slopes, strict=True):
        if use.table:
            weight = params[use.weight]
            place = (y[:, None] * len(weight) + x).flatten()
            before = tables.get(use.weight, weight.new_zeros(classes * len(weight), weight.shape[1]))
            tables[use.weight] = before.index_add(0, place, slope.flatten(0, 1))
        else:
            # a bias is the weight of an input of 1; in float64, as the products of a class may cancel
            wide, steep = x.double(), slope.double()
            pairs = pairs + (wide @ wide.T + bool(use.bias)) * (steep @ steep.T)
    own = indicators(y, classes, pairs.dtype)
    squares: Tensor = ((pairs @ own) * own).sum(0).clamp_min(0).to(slopes[0])
    return squares + sum(table.reshape(classes, -1).square().sum(1) for table in tables.values())
