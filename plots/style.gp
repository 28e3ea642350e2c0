# SPDX-License-Identifier: GPL-3.0-or-later
# How figures look: read by gnuplot before every figure, built into the program.
# Arms differ in colour (Okabe & Ito's palette, safe for the colour-blind; its yellow is
# replaced by a grey) and in dash, so that they can be told apart in print too. The first
# arm is solid and below the others, whose gaps show it where curves coincide.
set encoding utf8
set style line 1 linecolor rgb '#000000' linewidth 1.6 dashtype solid
set style line 2 linecolor rgb '#0072B2' linewidth 1.8 dashtype (9,3)
set style line 3 linecolor rgb '#D55E00' linewidth 1.8 dashtype (4,2.5)
set style line 4 linecolor rgb '#009E73' linewidth 1.9 dashtype (8,2.5,1.5,2.5)
set style line 5 linecolor rgb '#CC79A7' linewidth 2.3 dashtype (1.5,1.8)
set style line 6 linecolor rgb '#E69F00' linewidth 1.9 dashtype (6,2,1.5,2,1.5,2)
set style line 7 linecolor rgb '#56B4E9' linewidth 1.9 dashtype (14,3)
set style line 8 linecolor rgb '#7F7F7F' linewidth 2.1 dashtype (3,4.5)
# axes, grid
set style line 20 linecolor rgb '#555555' linewidth 0.8
set style line 21 linecolor rgb '#E3E3E3' linewidth 0.5
set border 3 linestyle 20
set tics out nomirror scale 0.5 textcolor rgb '#333333'
set xtics nomirror
set ytics nomirror
set grid back linestyle 21
set format '%h'
# the period of an intervention: where periods overlap the shade is darker
period_color = '#C8D0B0'
unset key
