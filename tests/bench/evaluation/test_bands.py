import pytest

from longtail.bench.errors import ConfigurationError
from longtail.bench.evaluation.bands import Cuts, bands, ranks, size_counts


def test_bands_worked_by_hand():
    # head needs .4 + .2 to reach .5; tail takes .02 + .05 + .08 = .15, with .1 more it were .25
    assert bands([40, 20, 15, 10, 8, 5, 2], Cuts()) == ("head", "head", "medium", "medium", "tail", "tail", "tail")


def test_a_share_exactly_at_the_cut_counts():
    assert bands([50, 30, 20], Cuts()) == ("head", "medium", "tail")
    assert bands([0.1] * 10, Cuts()) == ("head",) * 5 + ("medium",) * 3 + ("tail",) * 2


def test_bands_follow_frequency_and_not_the_order_of_classes():
    assert bands([2, 40, 8, 20, 10, 15, 5], Cuts()) == ("tail", "head", "tail", "head", "medium", "medium", "tail")


def test_the_tail_has_a_class_though_it_holds_more_than_a_fifth():
    assert bands([60, 40], Cuts()) == ("head", "tail")
    assert bands([34, 33, 33], Cuts()) == ("head", "head", "tail")


def test_two_classes_are_head_and_tail_whatever_the_cuts():
    assert bands([6, 4], Cuts(head=0.9)) == ("head", "tail")
    assert bands([99, 1], Cuts()) == ("head", "tail")


def test_cuts_move_the_bands():
    assert bands([40, 20, 15, 10, 8, 5, 2], Cuts(head=0.7, tail=0.05)) == ("head",) * 3 + ("medium",) * 3 + ("tail",)


def test_a_cut_is_a_share():
    with pytest.raises(ConfigurationError, match=r"band head must be a share of the rows between 0 and 1, not 1.5"):
        Cuts(head=1.5)


def test_ranks_put_the_lower_index_first_among_equals():
    assert ranks([5, 9, 5, 1]).tolist() == [2, 1, 3, 4]


def test_size_counts_at_their_edges():
    assert size_counts([101, 100, 20, 19, 0]) == {"classes_over_100": 1, "classes_20_to_100": 2, "classes_under_20": 2}
