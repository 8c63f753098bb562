import numpy as np

from longtail.strategies.mechanisms.generated_rows import grown


def test_what_is_learnt_and_wanted_by_hand(make_table):
    table = make_table((200, 30, 6, 4, 0))
    met = []

    def draw(learnt, y):
        met.append((learnt.counts.tolist(), np.bincount(y, minlength=5).tolist()))
        return np.zeros((len(y), 3), np.float32)

    rows = grown(table, 0.5, 5, 100, np.random.default_rng(0), draw)
    # goals are the roots of 6,000 and 1,200; 4 rows are too few; the largest class is cut to learn from 100 rows
    assert met == [([64, 30, 6, 0, 0], [0, 47, 29, 0, 0])]
    assert rows.counts.tolist() == [200, 77, 35, 4, 0]
    assert (rows.x[:240] == table.x).all()
    assert (rows.x[240:] == 0).all()


def test_without_a_goal_nothing_is_drawn(make_table):
    table = make_table((20, 20))

    def never(learnt, y):
        raise AssertionError("nothing was to be drawn")

    assert grown(table, 0.5, 5, 100, np.random.default_rng(0), never) is table
