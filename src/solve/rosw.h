/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ROS34PW2: a stiffly accurate, L-stable Rosenbrock method of order 3 with 4 stages and
 * an embedded one of order 2, which keep their orders with any matrix A in place of the
 * Jacobian (a W-method). Rang & Angermann 2005, BIT Numer Math 45:761, in the form that
 * needs no product with A (Hairer & Wanner, Solving ODEs II, section IV.7): with
 * W = I - h gamma A,
 *   W U_s = h gamma g(t + node_s h, y + sum a_sj U_j) + gamma sum c_sj U_j
 *           + h^2 gamma slope_s dg/dt,
 * result y + sum m_s U_s, error estimate sum e_s U_s. */
#ifndef OSW_SOLVE_ROSW_H
#define OSW_SOLVE_ROSW_H

enum { OSW_ROSW_STAGES = 4 };

static const struct osw_rosw {
    double gamma;
    double node[OSW_ROSW_STAGES], slope[OSW_ROSW_STAGES];
    double a[OSW_ROSW_STAGES][OSW_ROSW_STAGES], c[OSW_ROSW_STAGES][OSW_ROSW_STAGES];
    double m[OSW_ROSW_STAGES], e[OSW_ROSW_STAGES];
} osw_ros34pw2 = {
    .gamma = 0.435866521508459,
    .node = {0, 0.871733043016918, 0.7315799577888524, 1},
    .slope = {0.435866521508459, -0.435866521508459, -0.4133333762338865, 0},
    .a = {{0},
          {2},
          {1.4192173174557652, -0.2592322116729698},
          {4.184760482319161, -0.285192017355496, 2.2942803602790423}},
    .c = {{0},
          {-4.5885607205580836},
          {-4.184760482319161, 0.285192017355496},
          {-6.3681792001283597, -6.7956209444668367, 2.8700986043310555}},
    .m = {4.184760482319162, -0.2851920173554956, 2.294280360279042, 1},
    .e = {0.2777499476479681, -1.4032398951759995, 1.772630127667551, 0.5},
};

#endif
