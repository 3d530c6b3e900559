/**
 * A library of three gates and a flip-flop whose figures are easy to compute with: 2 V, pF, ns, pJ. Figures do not depend on
 * slews, so that OpenSTA, which computes its own, has the same energies.
 */
export const TOY_LIBRARY = `
library (toy) {
  time_unit : "1ns";
  capacitive_load_unit (1, pf);
  leakage_power_unit : "1nW";
  nom_voltage : 2;
  power_lut_template (by_load) { variable_1 : total_output_net_capacitance; index_1 ("0, 1"); }
  cell (INV) {
    area : 2;
    cell_leakage_power : 3;
    pin (A) { direction : input; capacitance : 0.005; }
    pin (Y) {
      direction : output;
      function : "!A";
      internal_power () {
        related_pin : "A";
        rise_power (by_load) { index_1 ("0, 1"); values ("0.1, 1.1"); }
        fall_power (by_load) { index_1 ("0, 1"); values ("0.3, 1.3"); }
      }
      timing () {
        related_pin : "A"; timing_sense : negative_unate;
        cell_rise (scalar) { values ("0.1"); }
        cell_fall (scalar) { values ("0.1"); }
        rise_transition (scalar) { values ("0.2"); }
        fall_transition (scalar) { values ("0.2"); }
      }
    }
  }
  cell (XOR) {
    area : 5;
    cell_leakage_power : 0;
    pin (A) { direction : input; capacitance : 0.01; }
    pin (B) { direction : input; capacitance : 0.01; }
    pin (Y) {
      direction : output;
      function : "A ^ B";
      internal_power () {
        related_pin : "A"; when : "B";
        rise_power (scalar) { values ("0.2"); }
        fall_power (scalar) { values ("0.2"); }
      }
      internal_power () {
        related_pin : "A"; when : "!B";
        rise_power (scalar) { values ("0.6"); }
        fall_power (scalar) { values ("0.6"); }
      }
      timing () {
        related_pin : "A"; timing_sense : non_unate;
        cell_rise (scalar) { values ("0.1"); }
        cell_fall (scalar) { values ("0.1"); }
        rise_transition (scalar) { values ("0.2"); }
        fall_transition (scalar) { values ("0.2"); }
      }
      timing () {
        related_pin : "B"; timing_sense : non_unate;
        cell_rise (scalar) { values ("0.1"); }
        cell_fall (scalar) { values ("0.1"); }
        rise_transition (scalar) { values ("0.2"); }
        fall_transition (scalar) { values ("0.2"); }
      }
    }
  }
  cell (ONE) { area : 1; pin (Y) { direction : output; function : "1"; } }
  cell (DFF) {
    area : 7;
    cell_leakage_power : 1;
    ff (IQ, IQN) { next_state : "D"; clocked_on : "C"; }
    pin (C) {
      direction : input; capacitance : 0.02; clock : true;
      internal_power () {
        rise_power (scalar) { values ("0.04"); }
        fall_power (scalar) { values ("0.06"); }
      }
    }
    pin (D) { direction : input; capacitance : 0.01; }
    pin (Q) {
      direction : output;
      function : "IQ";
      timing () {
        related_pin : "C"; timing_type : rising_edge;
        cell_rise (scalar) { values ("0.1"); }
        cell_fall (scalar) { values ("0.1"); }
        rise_transition (scalar) { values ("0.2"); }
        fall_transition (scalar) { values ("0.2"); }
      }
    }
  }
}
`;
