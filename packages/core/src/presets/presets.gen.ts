// Generated from data/chips, data/tech and data/systems by scripts/generate-presets.ts. Do not edit.

export const CHIP_DOCUMENTS: Readonly<Record<string, unknown>> = {
  "kim2019": {
    "kind": "tally-bit-serial-array",
    "formatVersion": 1,
    "name": "kim2019",
    "title": "Digital bit-serial in-memory macro with column MACs, 65 nm (Colonnade)",
    "citation": "H. Kim, Q. Chen, T. Yoo, T. T. Kim, B. Kim, \"A 1-16b Precision Reconfigurable Digital In-Memory Computing Macro Featuring Column-MAC Architecture and Bit-Serial Computation\", ESSCIRC 2019, DOI 10.1109/ESSCIRC.2019.8902824; extended as H. Kim, T. Yoo, T. T. Kim, B. Kim, \"Colonnade\", IEEE Journal of Solid-State Circuits 56(7):2221-2233, 2021, DOI 10.1109/JSSC.2021.3061508",
    "node": {
      "value": 65,
      "unit": "nm",
      "source": "Kim et al., ESSCIRC 2019, abstract: 65 nm test chip",
      "label": "published"
    },
    "geometry": {
      "rows": {
        "value": 128,
        "unit": "cell",
        "source": "Kim et al., ESSCIRC 2019, abstract: 128 x 128 bit cells, each an XNOR bit multiplier, a full adder and an SRAM cell",
        "label": "published"
      },
      "columns": {
        "value": 128,
        "unit": "cell",
        "source": "Kim et al., ESSCIRC 2019, abstract: neurons of 128 column MACs in a row",
        "label": "published"
      },
      "carryCells": {
        "value": 7,
        "unit": "cell",
        "source": "Kim et al., ESSCIRC 2019, abstract: N + 7 bit cells per column MAC of N-bit weights, 8 to 23 at 1 to 16 bit",
        "label": "published"
      }
    },
    "supply": {
      "value": 1,
      "low": 0.6,
      "high": 1.2,
      "unit": "V",
      "source": "Not stated in the abstract, which is all that was consulted: nominal supply of a 65 nm general-purpose process; from near-threshold to the nominal supply of a low-power one",
      "label": "reconstructed"
    },
    "published": {
      "efficiencies": [
        {
          "bits": 1,
          "topsPerWatt": {
            "value": 117.3,
            "unit": "TOPS/W",
            "source": "Kim et al., ESSCIRC 2019, abstract: 117.3 to 2.06 TOPS/W at 1 to 16 bit",
            "label": "published"
          }
        },
        {
          "bits": 16,
          "topsPerWatt": {
            "value": 2.06,
            "unit": "TOPS/W",
            "source": "Kim et al., ESSCIRC 2019, abstract: 117.3 to 2.06 TOPS/W at 1 to 16 bit",
            "label": "published"
          }
        }
      ],
      "areaMm2": {
        "value": 0.2272,
        "unit": "mm2",
        "source": "As tabulated for DOI 10.1109/JSSC.2021.3061508, among other digital in-memory chips, in a public script that plots results of ZigZag-IMC; not stated in the abstract",
        "label": "literature"
      }
    }
  },
  "lsq-w3a3": {
    "kind": "tally-chip",
    "formatVersion": 1,
    "name": "lsq-w3a3",
    "title": "Control: product classes of asymmetric W3A3, not the published chip",
    "citation": "H. Zhu, C. Chen, S. Liu, Q. Zou, M. Wang, L. Zhang, X. Zeng, C.-J. R. Shi, \"A Communication-Aware DNN Accelerator on ImageNet Using In-Memory Entry-Counting Based Algorithm-Circuit-Architecture Co-Design in 65-nm CMOS\", IEEE Journal on Emerging and Selected Topics in Circuits and Systems 10(3):283-294, 2020, DOI 10.1109/JETCAS.2020.3014920",
    "scheme": {
      "name": "distinct-products",
      "source": "Control experiment: the counting classes that plain LSQ codes would need",
      "label": "reconstructed"
    },
    "dataflow": {
      "name": "weight-stationary",
      "source": "The publication states compatibility with several stationary dataflows; this one prices the loading of the macro",
      "label": "reconstructed"
    },
    "formats": {
      "weight": {
        "system": {
          "name": "twos-complement",
          "source": "Asymmetric codes -4 .. 3 of Esser et al., ICLR 2020",
          "label": "reconstructed"
        },
        "bits": {
          "value": 3,
          "unit": "bit",
          "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: 3-bit quantized ResNet-18",
          "label": "published"
        }
      },
      "activation": {
        "system": {
          "name": "unsigned",
          "source": "Learned step size quantization uses unsigned activations: Esser et al., ICLR 2020",
          "label": "literature"
        },
        "bits": {
          "value": 3,
          "unit": "bit",
          "source": "Activations 0 .. 7 of Esser et al., ICLR 2020",
          "label": "reconstructed"
        }
      }
    },
    "geometry": {
      "entries": {
        "value": 128,
        "unit": "entry",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: 128 search entries",
        "label": "published"
      },
      "weightVectors": {
        "value": 16,
        "unit": "vector",
        "source": "Same organisation as zhu2020-w3a3: 16 x 128 x 3 + 2 x 128 x 3 + 32 x 14",
        "label": "reconstructed"
      },
      "activationVectors": {
        "value": 2,
        "unit": "vector",
        "source": "Same organisation as zhu2020-w3a3: 16 x 128 x 3 + 2 x 128 x 3 + 32 x 14",
        "label": "reconstructed"
      },
      "partialSums": {
        "value": 32,
        "unit": "partial sum",
        "source": "Same organisation as zhu2020-w3a3: 16 x 128 x 3 + 2 x 128 x 3 + 32 x 14",
        "label": "reconstructed"
      },
      "partialSumBits": {
        "value": 14,
        "unit": "bit",
        "source": "Same organisation as zhu2020-w3a3: 16 x 128 x 3 + 2 x 128 x 3 + 32 x 14",
        "label": "reconstructed"
      }
    },
    "timing": {
      "rescaleSlots": {
        "value": 0,
        "unit": "slot",
        "source": "None, the reading most favourable to the control: 128 / 19 = 6.74; with one slot 6.4",
        "label": "reconstructed"
      },
      "windowVectors": {
        "value": 9,
        "unit": "vector",
        "source": "A 3x3 kernel over 128 channels is 9 vectors",
        "label": "reconstructed"
      },
      "windowOverheadCycles": {
        "value": 2,
        "unit": "cycle",
        "source": "Fitted: 92 cycles per 1,152 MACs give the published 3.58 GOPS at 143 MHz",
        "label": "calibrated"
      }
    },
    "limits": {
      "accumulatorBits": {
        "value": 24,
        "unit": "bit",
        "source": "Our choice: holds 8-bit x 8-bit dot products of 256 entries and 3-bit x 3-bit ones of 299,000; width outside the macro is not published",
        "label": "reconstructed"
      },
      "maxDigits": {
        "value": 4,
        "unit": "digit",
        "source": "Our choice: 8-bit operands in 2-bit digits",
        "label": "reconstructed"
      }
    },
    "operatingPoints": [
      {
        "name": "peak-throughput",
        "voltage": {
          "value": 1.23,
          "unit": "V",
          "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
          "label": "published"
        },
        "clock": {
          "value": 143,
          "unit": "MHz",
          "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
          "label": "published"
        }
      },
      {
        "name": "peak-efficiency",
        "voltage": {
          "value": 1.01,
          "unit": "V",
          "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
          "label": "published"
        },
        "clock": {
          "value": 40,
          "unit": "MHz",
          "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
          "label": "published"
        }
      }
    ],
    "voltageFrequency": {
      "alpha": {
        "value": 1.5,
        "unit": "1",
        "source": "Between the long-channel 2 and the short-channel 1.3 of Sakurai and Newton, IEEE JSSC 25(2):584-594, 1990",
        "label": "reconstructed"
      },
      "thresholdVoltage": {
        "value": 0.87797,
        "unit": "V",
        "source": "Effective; fitted through both published operating points, no degree of freedom left",
        "label": "calibrated"
      },
      "gain": {
        "value": 842.11,
        "unit": "MHz",
        "source": "Fitted through both published operating points, no degree of freedom left",
        "label": "calibrated"
      }
    },
    "published": {
      "multiplicationReduction": {
        "value": 12.8,
        "unit": "x",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
        "label": "published"
      },
      "macroBits": {
        "value": 7360,
        "unit": "bit",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: 7.36 Kb",
        "label": "published"
      },
      "peakGops": {
        "value": 3.58,
        "unit": "GOPS",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: at 143 MHz, 1.23 V",
        "label": "published"
      },
      "peakTopsPerWatt": {
        "value": 11.6,
        "unit": "TOPS/W",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: macro, at 40 MHz, 1.01 V",
        "label": "published"
      },
      "areaMm2": {
        "value": 0.5016,
        "unit": "mm2",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: active area 0.76 x 0.66 mm2",
        "label": "published"
      },
      "imagenetTop1": {
        "value": 64.4,
        "unit": "%",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: 3-bit ResNet-18, ImageNet top-1",
        "label": "published"
      }
    }
  },
  "zhu2020-w3a3": {
    "kind": "tally-chip",
    "formatVersion": 1,
    "name": "zhu2020-w3a3",
    "title": "Entry-counting macro of Zhu et al. 2020, W3A3 bit-plane reading",
    "citation": "H. Zhu, C. Chen, S. Liu, Q. Zou, M. Wang, L. Zhang, X. Zeng, C.-J. R. Shi, \"A Communication-Aware DNN Accelerator on ImageNet Using In-Memory Entry-Counting Based Algorithm-Circuit-Architecture Co-Design in 65-nm CMOS\", IEEE Journal on Emerging and Selected Topics in Circuits and Systems 10(3):283-294, 2020, DOI 10.1109/JETCAS.2020.3014920",
    "scheme": {
      "name": "weight-bit-planes",
      "source": "3 weight magnitudes x 3 activation bit-planes and one more slot are the published 128 / 12.8 = 10; best fits the CAM cells and multiplexed arrays of the abstract",
      "label": "reconstructed"
    },
    "dataflow": {
      "name": "weight-stationary",
      "source": "The publication states compatibility with several stationary dataflows; this one prices the loading of the macro",
      "label": "reconstructed"
    },
    "formats": {
      "weight": {
        "system": {
          "name": "sign-magnitude",
          "source": "Symmetric 3-bit weights in zhutmost/lsq-net, examples/lsq/resnet18_a2w3_imagenet.yaml",
          "label": "reconstructed"
        },
        "bits": {
          "value": 3,
          "unit": "bit",
          "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: 3-bit quantized ResNet-18",
          "label": "published"
        }
      },
      "activation": {
        "system": {
          "name": "unsigned",
          "source": "Learned step size quantization uses unsigned activations: Esser et al., ICLR 2020",
          "label": "literature"
        },
        "bits": {
          "value": 3,
          "unit": "bit",
          "source": "Reads \"3-bit quantized\" as 3-bit activations too",
          "label": "reconstructed"
        }
      }
    },
    "geometry": {
      "entries": {
        "value": 128,
        "unit": "entry",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: 128 search entries",
        "label": "published"
      },
      "weightVectors": {
        "value": 16,
        "unit": "vector",
        "source": "One of several organisations that give 7,360 bits: 16 x 128 x 3 + 2 x 128 x 3 + 32 x 14",
        "label": "reconstructed"
      },
      "activationVectors": {
        "value": 2,
        "unit": "vector",
        "source": "One of several organisations that give 7,360 bits: 16 x 128 x 3 + 2 x 128 x 3 + 32 x 14",
        "label": "reconstructed"
      },
      "partialSums": {
        "value": 32,
        "unit": "partial sum",
        "source": "One of several organisations that give 7,360 bits: 16 x 128 x 3 + 2 x 128 x 3 + 32 x 14",
        "label": "reconstructed"
      },
      "partialSumBits": {
        "value": 14,
        "unit": "bit",
        "source": "One of several organisations that give 7,360 bits: 16 x 128 x 3 + 2 x 128 x 3 + 32 x 14",
        "label": "reconstructed"
      }
    },
    "timing": {
      "rescaleSlots": {
        "value": 1,
        "unit": "slot",
        "source": "One slot beside nine classes makes the published 10 = 128 / 12.8; taken to be the rescaling",
        "label": "reconstructed"
      },
      "windowVectors": {
        "value": 9,
        "unit": "vector",
        "source": "A 3x3 kernel over 128 channels is 9 vectors",
        "label": "reconstructed"
      },
      "windowOverheadCycles": {
        "value": 2,
        "unit": "cycle",
        "source": "Fitted: 92 cycles per 1,152 MACs give the published 3.58 GOPS at 143 MHz",
        "label": "calibrated"
      }
    },
    "limits": {
      "accumulatorBits": {
        "value": 24,
        "unit": "bit",
        "source": "Our choice: holds 8-bit x 8-bit dot products of 256 entries and 3-bit x 3-bit ones of 299,000; width outside the macro is not published",
        "label": "reconstructed"
      },
      "maxDigits": {
        "value": 4,
        "unit": "digit",
        "source": "Our choice: 8-bit operands in 2-bit digits",
        "label": "reconstructed"
      }
    },
    "operatingPoints": [
      {
        "name": "peak-throughput",
        "voltage": {
          "value": 1.23,
          "unit": "V",
          "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
          "label": "published"
        },
        "clock": {
          "value": 143,
          "unit": "MHz",
          "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
          "label": "published"
        }
      },
      {
        "name": "peak-efficiency",
        "voltage": {
          "value": 1.01,
          "unit": "V",
          "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
          "label": "published"
        },
        "clock": {
          "value": 40,
          "unit": "MHz",
          "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
          "label": "published"
        }
      }
    ],
    "voltageFrequency": {
      "alpha": {
        "value": 1.5,
        "unit": "1",
        "source": "Between the long-channel 2 and the short-channel 1.3 of Sakurai and Newton, IEEE JSSC 25(2):584-594, 1990",
        "label": "reconstructed"
      },
      "thresholdVoltage": {
        "value": 0.87797,
        "unit": "V",
        "source": "Effective; fitted through both published operating points, no degree of freedom left",
        "label": "calibrated"
      },
      "gain": {
        "value": 842.11,
        "unit": "MHz",
        "source": "Fitted through both published operating points, no degree of freedom left",
        "label": "calibrated"
      }
    },
    "published": {
      "multiplicationReduction": {
        "value": 12.8,
        "unit": "x",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
        "label": "published"
      },
      "macroBits": {
        "value": 7360,
        "unit": "bit",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: 7.36 Kb",
        "label": "published"
      },
      "peakGops": {
        "value": 3.58,
        "unit": "GOPS",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: at 143 MHz, 1.23 V",
        "label": "published"
      },
      "peakTopsPerWatt": {
        "value": 11.6,
        "unit": "TOPS/W",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: macro, at 40 MHz, 1.01 V",
        "label": "published"
      },
      "areaMm2": {
        "value": 0.5016,
        "unit": "mm2",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: active area 0.76 x 0.66 mm2",
        "label": "published"
      },
      "imagenetTop1": {
        "value": 64.4,
        "unit": "%",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: 3-bit ResNet-18, ImageNet top-1",
        "label": "published"
      }
    }
  },
  "zhu2020": {
    "kind": "tally-chip",
    "formatVersion": 1,
    "name": "zhu2020",
    "title": "Entry-counting macro of Zhu et al. 2020, W3A2 reading",
    "citation": "H. Zhu, C. Chen, S. Liu, Q. Zou, M. Wang, L. Zhang, X. Zeng, C.-J. R. Shi, \"A Communication-Aware DNN Accelerator on ImageNet Using In-Memory Entry-Counting Based Algorithm-Circuit-Architecture Co-Design in 65-nm CMOS\", IEEE Journal on Emerging and Selected Topics in Circuits and Systems 10(3):283-294, 2020, DOI 10.1109/JETCAS.2020.3014920",
    "scheme": {
      "name": "ordered-pairs",
      "source": "3 x 3 nonzero magnitude pairs and one more slot are the published 128 / 12.8 = 10 multiplications per 128 entries",
      "label": "reconstructed"
    },
    "dataflow": {
      "name": "weight-stationary",
      "source": "The publication states compatibility with several stationary dataflows; this one prices the loading of the macro",
      "label": "reconstructed"
    },
    "formats": {
      "weight": {
        "system": {
          "name": "sign-magnitude",
          "source": "Symmetric 3-bit weights in zhutmost/lsq-net, examples/lsq/resnet18_a2w3_imagenet.yaml",
          "label": "reconstructed"
        },
        "bits": {
          "value": 3,
          "unit": "bit",
          "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: 3-bit quantized ResNet-18",
          "label": "published"
        }
      },
      "activation": {
        "system": {
          "name": "unsigned",
          "source": "Learned step size quantization uses unsigned activations: Esser et al., ICLR 2020",
          "label": "literature"
        },
        "bits": {
          "value": 2,
          "unit": "bit",
          "source": "2-bit activations in zhutmost/lsq-net, examples/lsq/resnet18_a2w3_imagenet.yaml",
          "label": "reconstructed"
        }
      }
    },
    "geometry": {
      "entries": {
        "value": 128,
        "unit": "entry",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: 128 search entries",
        "label": "published"
      },
      "weightVectors": {
        "value": 16,
        "unit": "vector",
        "source": "One of many organisations that give 7,360 bits: 16 x 128 x 3 + 4 x 128 x 2 + 16 x 12",
        "label": "reconstructed"
      },
      "activationVectors": {
        "value": 4,
        "unit": "vector",
        "source": "One of many organisations that give 7,360 bits: 16 x 128 x 3 + 4 x 128 x 2 + 16 x 12",
        "label": "reconstructed"
      },
      "partialSums": {
        "value": 16,
        "unit": "partial sum",
        "source": "One of many organisations that give 7,360 bits: 16 x 128 x 3 + 4 x 128 x 2 + 16 x 12",
        "label": "reconstructed"
      },
      "partialSumBits": {
        "value": 12,
        "unit": "bit",
        "source": "One of many organisations that give 7,360 bits: 16 x 128 x 3 + 4 x 128 x 2 + 16 x 12",
        "label": "reconstructed"
      }
    },
    "timing": {
      "rescaleSlots": {
        "value": 1,
        "unit": "slot",
        "source": "One slot beside nine classes makes the published 10 = 128 / 12.8; taken to be the rescaling",
        "label": "reconstructed"
      },
      "windowVectors": {
        "value": 9,
        "unit": "vector",
        "source": "A 3x3 kernel over 128 channels is 9 vectors",
        "label": "reconstructed"
      },
      "windowOverheadCycles": {
        "value": 2,
        "unit": "cycle",
        "source": "Fitted: 92 cycles per 1,152 MACs give the published 3.58 GOPS at 143 MHz",
        "label": "calibrated"
      }
    },
    "limits": {
      "accumulatorBits": {
        "value": 24,
        "unit": "bit",
        "source": "Our choice: holds 8-bit x 8-bit dot products of 256 entries and 3-bit x 3-bit ones of 299,000; width outside the macro is not published",
        "label": "reconstructed"
      },
      "maxDigits": {
        "value": 4,
        "unit": "digit",
        "source": "Our choice: 8-bit operands in 2-bit digits",
        "label": "reconstructed"
      }
    },
    "operatingPoints": [
      {
        "name": "peak-throughput",
        "voltage": {
          "value": 1.23,
          "unit": "V",
          "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
          "label": "published"
        },
        "clock": {
          "value": 143,
          "unit": "MHz",
          "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
          "label": "published"
        }
      },
      {
        "name": "peak-efficiency",
        "voltage": {
          "value": 1.01,
          "unit": "V",
          "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
          "label": "published"
        },
        "clock": {
          "value": 40,
          "unit": "MHz",
          "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
          "label": "published"
        }
      }
    ],
    "voltageFrequency": {
      "alpha": {
        "value": 1.5,
        "unit": "1",
        "source": "Between the long-channel 2 and the short-channel 1.3 of Sakurai and Newton, IEEE JSSC 25(2):584-594, 1990",
        "label": "reconstructed"
      },
      "thresholdVoltage": {
        "value": 0.87797,
        "unit": "V",
        "source": "Effective; fitted through both published operating points, no degree of freedom left",
        "label": "calibrated"
      },
      "gain": {
        "value": 842.11,
        "unit": "MHz",
        "source": "Fitted through both published operating points, no degree of freedom left",
        "label": "calibrated"
      }
    },
    "published": {
      "multiplicationReduction": {
        "value": 12.8,
        "unit": "x",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
        "label": "published"
      },
      "macroBits": {
        "value": 7360,
        "unit": "bit",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: 7.36 Kb",
        "label": "published"
      },
      "peakGops": {
        "value": 3.58,
        "unit": "GOPS",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: at 143 MHz, 1.23 V",
        "label": "published"
      },
      "peakTopsPerWatt": {
        "value": 11.6,
        "unit": "TOPS/W",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: macro, at 40 MHz, 1.01 V",
        "label": "published"
      },
      "areaMm2": {
        "value": 0.5016,
        "unit": "mm2",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: active area 0.76 x 0.66 mm2",
        "label": "published"
      },
      "imagenetTop1": {
        "value": 64.4,
        "unit": "%",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: 3-bit ResNet-18, ImageNet top-1",
        "label": "published"
      }
    }
  }
};

export const TECH_DOCUMENTS: Readonly<Record<string, unknown>> = {
  "unit": {
    "kind": "tally-tech",
    "formatVersion": 1,
    "name": "unit",
    "title": "Everything costs 1, at every voltage: for checking counts by hand",
    "node": {
      "value": 65,
      "unit": "nm",
      "source": "Nominal; has no influence",
      "label": "reconstructed"
    },
    "voltageScaling": "none",
    "energies": {
      "searchedBits": {
        "value": 1,
        "unit": "pJ",
        "voltageV": 1,
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      },
      "matches": {
        "value": 1,
        "unit": "pJ",
        "voltageV": 1,
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      },
      "classMultiplications": {
        "value": 1,
        "unit": "pJ",
        "voltageV": 1,
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      },
      "rescales": {
        "value": 1,
        "unit": "pJ",
        "voltageV": 1,
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      },
      "accumulations": {
        "value": 1,
        "unit": "pJ",
        "voltageV": 1,
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      },
      "thresholdComparisons": {
        "value": 1,
        "unit": "pJ",
        "voltageV": 1,
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      },
      "loadedBits": {
        "value": 1,
        "unit": "pJ",
        "voltageV": 1,
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      },
      "cycles": {
        "value": 1,
        "unit": "pJ",
        "voltageV": 1,
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      }
    },
    "memory": {
      "readBit": {
        "value": 1,
        "unit": "pJ",
        "voltageV": 1,
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      },
      "writeBit": {
        "value": 1,
        "unit": "pJ",
        "voltageV": 1,
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      }
    },
    "areas": {
      "searchableBits": {
        "value": 1,
        "unit": "um2",
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      },
      "partialSumBits": {
        "value": 1,
        "unit": "um2",
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      },
      "popcountInputs": {
        "value": 1,
        "unit": "um2",
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      },
      "multipliers": {
        "value": 1,
        "unit": "um2",
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      },
      "adders": {
        "value": 1,
        "unit": "um2",
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      },
      "comparators": {
        "value": 1,
        "unit": "um2",
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      },
      "rest": {
        "value": 1,
        "unit": "um2",
        "source": "Definition",
        "label": "reconstructed",
        "how": "1 by definition"
      }
    },
    "calibration": null
  },
  "zhu2020-65nm": {
    "kind": "tally-tech",
    "formatVersion": 1,
    "name": "zhu2020-65nm",
    "title": "65 nm LP, bottom-up from literature, one calibrated residual per cycle",
    "node": {
      "value": 65,
      "unit": "nm",
      "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: 65 nm LP CMOS",
      "label": "published"
    },
    "voltageScaling": "square",
    "energies": {
      "searchedBits": {
        "value": 0.00077,
        "low": 0.00017,
        "high": 0.00198,
        "unit": "pJ",
        "voltageV": 1.2,
        "source": "10T CAM cell, 65 nm, 2013: 0.77 fJ/bit/search, 3.30 um2",
        "label": "literature",
        "how": "0.77 fJ per bit and search, taken to hold at 1.2 V",
        "spread": "published 65 nm cells: 16T NAND 0.17 fJ/bit/search to 16T NOR 1.98 fJ/bit/search; 0.6 fJ (TCAM, 2021) and 0.19 fJ (JSSC 2025) lie between"
      },
      "matches": {
        "value": 0.02259,
        "low": 0.01882,
        "high": 0.03953,
        "unit": "pJ",
        "voltageV": 1.2,
        "source": "M. Horowitz, ISSCC 2014, pp. 10-14 (45 nm, 0.9 V); Stillmaker and Baas, Integration 58:74-81, 2017",
        "label": "reconstructed",
        "how": "a match walks through 2 full adders of the popcount tree on average (1 + 1/2 + 1/4 + ...); full adder = 0.03 pJ / 8; x 3.01 to 65 nm, 1.2 V",
        "spread": "two full adders: low, of the 32-bit adder of Horowitz, 0.1 pJ / 32; high, of the 32-bit adder of the Aladdin component tables as shipped with Accelergy (40 nm), 0.21 pJ / 32; x 3.01"
      },
      "classMultiplications": {
        "value": 0.3012,
        "low": 0.2917,
        "high": 0.6324,
        "unit": "pJ",
        "voltageV": 1.2,
        "source": "M. Horowitz, ISSCC 2014, pp. 10-14 (45 nm, 0.9 V); Stillmaker and Baas, Integration 58:74-81, 2017",
        "label": "reconstructed",
        "how": "4-bit value x 8-bit count = half of an 8 x 8 multiplication, 0.2 pJ / 2; x 3.01",
        "spread": "32 bit products: low, of the 32 x 32 multiplication of Horowitz, 3.1 pJ / 1,024; high, full adders of the Aladdin component tables as shipped with Accelergy (40 nm), 0.21 pJ / 32; x 3.01"
      },
      "rescales": {
        "value": 0.9035,
        "low": 0.8752,
        "high": 1.897,
        "unit": "pJ",
        "voltageV": 1.2,
        "source": "M. Horowitz, ISSCC 2014, pp. 10-14 (45 nm, 0.9 V); Stillmaker and Baas, Integration 58:74-81, 2017",
        "label": "reconstructed",
        "how": "12-bit sum x 8-bit scale = 1.5 x an 8 x 8 multiplication, 0.2 pJ x 1.5; x 3.01",
        "spread": "96 bit products: low, of the 32 x 32 multiplication of Horowitz, 3.1 pJ / 1,024; high, full adders of the Aladdin component tables as shipped with Accelergy (40 nm), 0.21 pJ / 32; x 3.01"
      },
      "accumulations": {
        "value": 0.1506,
        "high": 0.3162,
        "unit": "pJ",
        "voltageV": 1.2,
        "source": "M. Horowitz, ISSCC 2014, pp. 10-14 (45 nm, 0.9 V); Stillmaker and Baas, Integration 58:74-81, 2017",
        "label": "literature",
        "how": "16-bit addition, 0.05 pJ; x 3.01",
        "spread": "high: half of the 32-bit adder of the Aladdin component tables as shipped with Accelergy (40 nm), 0.21 pJ; x 3.01"
      },
      "thresholdComparisons": {
        "value": 0.08884,
        "high": 0.1506,
        "unit": "pJ",
        "voltageV": 1.2,
        "source": "Aladdin component tables as shipped with Accelergy (40 nm); Stillmaker and Baas, Integration 58:74-81, 2017",
        "label": "literature",
        "how": "comparator, 0.0295 pJ at 40 nm taken as 45 nm; x 3.01",
        "spread": "high: a comparison as 16-bit subtraction of Horowitz, 0.05 pJ; x 3.01"
      },
      "loadedBits": {
        "value": 0.0271,
        "high": 0.205,
        "unit": "pJ",
        "voltageV": 1.2,
        "source": "Aladdin component tables as shipped with Accelergy (40 nm); Stillmaker and Baas, Integration 58:74-81, 2017",
        "label": "literature",
        "how": "register bit, 0.009 pJ at 40 nm taken as 45 nm; x 3.01",
        "spread": "high: a bit written to a 2 KB x 32 bit SRAM, 6.56 pJ / 32, CACTI 7, 65 nm LSTP, 1.2 V, 300 K"
      },
      "cycles": {
        "value": 1.457707,
        "low": 0.413419,
        "high": 1.669735,
        "unit": "pJ",
        "voltageV": 1.01,
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: 11.6 TOPS/W",
        "label": "calibrated",
        "how": "residual: whatever the sum of all other components lacks to 11.6 TOPS/W at 1.01 V on the reference workload; clock tree, control, wires, decoders, unmodelled registers",
        "spread": "fitted again with all other energies at their high ends (low) and at their low ends (high); never varied by itself"
      }
    },
    "memory": {
      "readBit": {
        "value": 0.5391,
        "low": 0.1034,
        "high": 0.85,
        "unit": "pJ",
        "voltageV": 1.2,
        "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit",
        "label": "literature",
        "how": "34.5 pJ per 64-bit read; buffer size of the chip unknown, 32 KB assumed",
        "spread": "buffer size unknown: low, 2 KB x 32 bit, 3.31 pJ; high, 64 KB x 64 bit, 54.4 pJ; same source"
      },
      "writeBit": {
        "value": 0.5141,
        "low": 0.205,
        "high": 0.6797,
        "unit": "pJ",
        "voltageV": 1.2,
        "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit",
        "label": "literature",
        "how": "32.9 pJ per 64-bit write; buffer size of the chip unknown, 32 KB assumed",
        "spread": "buffer size unknown: low, 2 KB x 32 bit, 6.56 pJ; high, 64 KB x 64 bit, 43.5 pJ; same source"
      },
      "lookupBit": {
        "value": 0.1034,
        "low": 0.0271,
        "high": 0.2,
        "unit": "pJ",
        "voltageV": 1.2,
        "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 2 KB x 32 bit",
        "label": "literature",
        "how": "3.31 pJ per 32-bit read: the smallest memory of that table, larger than a table of 2-bit x 2-bit products needs",
        "spread": "low: a register bit, 0.009 pJ at 40 nm (Aladdin component tables as shipped with Accelergy (40 nm)); x 3.01; high: 8 KB x 64 bit, 12.8 pJ / 64, CACTI 7"
      },
      "dramBit": {
        "value": 8,
        "low": 3.9,
        "high": 70,
        "unit": "pJ",
        "source": "DRAM energy per bit as tabulated in the technology models of Timeloop: LPDDR4 8, LPDDR 40, DDR3 70, HBM2 3.9 pJ",
        "label": "literature",
        "how": "LPDDR4; the supply of the memory is its own, the same at every voltage of the macro",
        "spread": "low: HBM2; high: DDR3"
      }
    },
    "areas": {
      "searchableBits": {
        "value": 3.3,
        "low": 1.69,
        "high": 7.05,
        "unit": "um2",
        "source": "10T CAM cell, 65 nm, 2013: 0.77 fJ/bit/search, 3.30 um2",
        "label": "literature",
        "how": "3.30 um2 per CAM bit, used for all stored weight and activation bits; multiplexers not included",
        "spread": "published 65 nm cells: 16T NOR 1.69 um2 to 16T NAND 7.05 um2; 3.24 um2 (JSSC 2025) lies between"
      },
      "partialSumBits": {
        "value": 11.3527,
        "unit": "um2",
        "source": "Aladdin component tables as shipped with Accelergy (40 nm); Stillmaker and Baas, Integration 58:74-81, 2017",
        "label": "literature",
        "how": "register bit, 5.98 um2 at 40 nm; x 1.5 x (45/40)^2"
      },
      "popcountInputs": {
        "value": 8.49609,
        "high": 15.46,
        "unit": "um2",
        "source": "128-input popcount synthesised in an open 45 nm library; Stillmaker and Baas, Integration 58:74-81, 2017",
        "label": "reconstructed",
        "how": "725 um2 / 128 inputs; x 1.5",
        "spread": "high: 120 full adders of the 32-bit adder of the Aladdin component tables as shipped with Accelergy (40 nm), 278 um2 / 32; x 1.5 x (45/40)^2, / 128"
      },
      "multipliers": {
        "value": 527.766,
        "unit": "um2",
        "source": "Aladdin component tables as shipped with Accelergy (40 nm); Stillmaker and Baas, Integration 58:74-81, 2017",
        "label": "reconstructed",
        "how": "4 x 8 multiplier taken as one 32-bit adder's worth of full adders, 278 um2 at 40 nm; x 1.5 x (45/40)^2"
      },
      "adders": {
        "value": 263.883,
        "unit": "um2",
        "source": "Aladdin component tables as shipped with Accelergy (40 nm); Stillmaker and Baas, Integration 58:74-81, 2017",
        "label": "reconstructed",
        "how": "16-bit adder = half of a 32-bit one, 278 um2 at 40 nm; x 1.5 x (45/40)^2"
      },
      "comparators": {
        "value": 134.789,
        "unit": "um2",
        "source": "Aladdin component tables as shipped with Accelergy (40 nm); Stillmaker and Baas, Integration 58:74-81, 2017",
        "label": "literature",
        "how": "comparator, 71 um2 at 40 nm; x 1.5 x (45/40)^2"
      },
      "rest": {
        "value": 472395,
        "low": 443732.1,
        "high": 483935.3,
        "unit": "um2",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: 0.76 x 0.66 mm2",
        "label": "calibrated",
        "how": "residual: published active area of the whole prototype less all other pieces; buffers, control, interface, multiplexers, unused sites",
        "spread": "fitted again with all other areas at their high ends (low) and at their low ends (high); never varied by itself"
      }
    },
    "calibration": {
      "chip": "zhu2020",
      "operatingPoint": "peak-efficiency",
      "target": {
        "value": 11.6,
        "unit": "TOPS/W",
        "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract",
        "label": "published"
      },
      "weightSparsity": {
        "value": 0.25,
        "unit": "1",
        "source": "Assumed; the publication does not state the workload of its peak",
        "label": "reconstructed"
      },
      "activationSparsity": {
        "value": 0.5,
        "unit": "1",
        "source": "Assumed; the publication does not state the workload of its peak",
        "label": "reconstructed"
      }
    }
  }
};

export const SYSTEM_DOCUMENTS: Readonly<Record<string, unknown>> = {
  "lsq-w3a3": {
    "kind": "tally-system",
    "formatVersion": 1,
    "name": "lsq-w3a3",
    "title": "One macro of Zhu et al. 2020 (control with product classes), three 32 KB buffers, LPDDR4",
    "chip": {
      "name": "lsq-w3a3",
      "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020; see the chip",
      "label": "reconstructed"
    },
    "macros": {
      "value": 1,
      "unit": "macro",
      "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: one 7.36 Kb macro",
      "label": "published"
    },
    "memory": {
      "name": "LPDDR4",
      "bandwidth": {
        "value": 64,
        "unit": "bit/cycle",
        "source": "Our choice: 64 bits per clock, 1.14 GB/s at 143 MHz, a tenth of a 32-bit LPDDR4-3200 channel",
        "label": "reconstructed"
      },
      "readEnergy": {
        "value": 8,
        "unit": "pJ/bit",
        "source": "DRAM energy per bit as tabulated in the technology models of Timeloop: LPDDR4 8, LPDDR 40, DDR3 70, HBM2 3.9 pJ; LPDDR4 here, HBM2 and DDR3 as spread",
        "label": "literature",
        "low": 3.9,
        "high": 70
      },
      "writeEnergy": {
        "value": 8,
        "unit": "pJ/bit",
        "source": "DRAM energy per bit as tabulated in the technology models of Timeloop: LPDDR4 8, LPDDR 40, DDR3 70, HBM2 3.9 pJ; LPDDR4 here, HBM2 and DDR3 as spread; taken for reads and writes alike",
        "label": "literature",
        "low": 3.9,
        "high": 70
      }
    },
    "buffers": [
      {
        "name": "weight-buffer",
        "operands": [
          "weights"
        ],
        "capacity": {
          "value": 32768,
          "unit": "byte",
          "source": "Our choice: the publication does not state its buffers",
          "label": "reconstructed"
        },
        "wordWidth": {
          "value": 64,
          "unit": "bit",
          "source": "Our choice: the word for which CACTI was run",
          "label": "reconstructed"
        },
        "ports": {
          "value": 1,
          "unit": "word/cycle",
          "source": "Our choice: one port",
          "label": "reconstructed"
        },
        "doubleBuffered": true,
        "readEnergy": {
          "value": 0.5391,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 34.5 pJ per 64-bit read",
          "label": "literature"
        },
        "writeEnergy": {
          "value": 0.5141,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 32.9 pJ per 64-bit write",
          "label": "literature"
        },
        "leakage": {
          "value": 1,
          "unit": "uW",
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit",
          "label": "literature"
        },
        "area": {
          "value": 0.249,
          "unit": "mm2",
          "source": "P. Bai et al., IEDM 2004: 0.57 um2 per 6T cell at 65 nm; array efficiency 60 % assumed, 45 to 75 % as spread",
          "label": "reconstructed",
          "low": 0.1992,
          "high": 0.332
        }
      },
      {
        "name": "activation-buffer",
        "operands": [
          "activations"
        ],
        "capacity": {
          "value": 32768,
          "unit": "byte",
          "source": "Our choice: the publication does not state its buffers",
          "label": "reconstructed"
        },
        "wordWidth": {
          "value": 64,
          "unit": "bit",
          "source": "Our choice: the word for which CACTI was run",
          "label": "reconstructed"
        },
        "ports": {
          "value": 1,
          "unit": "word/cycle",
          "source": "Our choice: one port",
          "label": "reconstructed"
        },
        "doubleBuffered": true,
        "readEnergy": {
          "value": 0.5391,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 34.5 pJ per 64-bit read",
          "label": "literature"
        },
        "writeEnergy": {
          "value": 0.5141,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 32.9 pJ per 64-bit write",
          "label": "literature"
        },
        "leakage": {
          "value": 1,
          "unit": "uW",
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit",
          "label": "literature"
        },
        "area": {
          "value": 0.249,
          "unit": "mm2",
          "source": "P. Bai et al., IEDM 2004: 0.57 um2 per 6T cell at 65 nm; array efficiency 60 % assumed, 45 to 75 % as spread",
          "label": "reconstructed",
          "low": 0.1992,
          "high": 0.332
        }
      },
      {
        "name": "sum-buffer",
        "operands": [
          "partialSums"
        ],
        "capacity": {
          "value": 32768,
          "unit": "byte",
          "source": "Our choice: the publication does not state its buffers",
          "label": "reconstructed"
        },
        "wordWidth": {
          "value": 64,
          "unit": "bit",
          "source": "Our choice: the word for which CACTI was run",
          "label": "reconstructed"
        },
        "ports": {
          "value": 1,
          "unit": "word/cycle",
          "source": "Our choice: one port",
          "label": "reconstructed"
        },
        "doubleBuffered": true,
        "readEnergy": {
          "value": 0.5391,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 34.5 pJ per 64-bit read",
          "label": "literature"
        },
        "writeEnergy": {
          "value": 0.5141,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 32.9 pJ per 64-bit write",
          "label": "literature"
        },
        "leakage": {
          "value": 1,
          "unit": "uW",
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit",
          "label": "literature"
        },
        "area": {
          "value": 0.249,
          "unit": "mm2",
          "source": "P. Bai et al., IEDM 2004: 0.57 um2 per 6T cell at 65 nm; array efficiency 60 % assumed, 45 to 75 % as spread",
          "label": "reconstructed",
          "low": 0.1992,
          "high": 0.332
        }
      }
    ],
    "network": {
      "energy": {
        "value": 0.1797,
        "unit": "pJ/bit",
        "voltageV": 1.2,
        "source": "Eyeriss, 65 nm, relative access energies: network on chip 2, global buffer 6 (Chen et al., ISCA 2016); a third of the 32 KB read",
        "label": "reconstructed"
      },
      "multicast": false
    }
  },
  "zhu2020-w3a3": {
    "kind": "tally-system",
    "formatVersion": 1,
    "name": "zhu2020-w3a3",
    "title": "One macro of Zhu et al. 2020 (W3A3 reading), three 32 KB buffers, LPDDR4",
    "chip": {
      "name": "zhu2020-w3a3",
      "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020; see the chip",
      "label": "reconstructed"
    },
    "macros": {
      "value": 1,
      "unit": "macro",
      "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: one 7.36 Kb macro",
      "label": "published"
    },
    "memory": {
      "name": "LPDDR4",
      "bandwidth": {
        "value": 64,
        "unit": "bit/cycle",
        "source": "Our choice: 64 bits per clock, 1.14 GB/s at 143 MHz, a tenth of a 32-bit LPDDR4-3200 channel",
        "label": "reconstructed"
      },
      "readEnergy": {
        "value": 8,
        "unit": "pJ/bit",
        "source": "DRAM energy per bit as tabulated in the technology models of Timeloop: LPDDR4 8, LPDDR 40, DDR3 70, HBM2 3.9 pJ; LPDDR4 here, HBM2 and DDR3 as spread",
        "label": "literature",
        "low": 3.9,
        "high": 70
      },
      "writeEnergy": {
        "value": 8,
        "unit": "pJ/bit",
        "source": "DRAM energy per bit as tabulated in the technology models of Timeloop: LPDDR4 8, LPDDR 40, DDR3 70, HBM2 3.9 pJ; LPDDR4 here, HBM2 and DDR3 as spread; taken for reads and writes alike",
        "label": "literature",
        "low": 3.9,
        "high": 70
      }
    },
    "buffers": [
      {
        "name": "weight-buffer",
        "operands": [
          "weights"
        ],
        "capacity": {
          "value": 32768,
          "unit": "byte",
          "source": "Our choice: the publication does not state its buffers",
          "label": "reconstructed"
        },
        "wordWidth": {
          "value": 64,
          "unit": "bit",
          "source": "Our choice: the word for which CACTI was run",
          "label": "reconstructed"
        },
        "ports": {
          "value": 1,
          "unit": "word/cycle",
          "source": "Our choice: one port",
          "label": "reconstructed"
        },
        "doubleBuffered": true,
        "readEnergy": {
          "value": 0.5391,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 34.5 pJ per 64-bit read",
          "label": "literature"
        },
        "writeEnergy": {
          "value": 0.5141,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 32.9 pJ per 64-bit write",
          "label": "literature"
        },
        "leakage": {
          "value": 1,
          "unit": "uW",
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit",
          "label": "literature"
        },
        "area": {
          "value": 0.249,
          "unit": "mm2",
          "source": "P. Bai et al., IEDM 2004: 0.57 um2 per 6T cell at 65 nm; array efficiency 60 % assumed, 45 to 75 % as spread",
          "label": "reconstructed",
          "low": 0.1992,
          "high": 0.332
        }
      },
      {
        "name": "activation-buffer",
        "operands": [
          "activations"
        ],
        "capacity": {
          "value": 32768,
          "unit": "byte",
          "source": "Our choice: the publication does not state its buffers",
          "label": "reconstructed"
        },
        "wordWidth": {
          "value": 64,
          "unit": "bit",
          "source": "Our choice: the word for which CACTI was run",
          "label": "reconstructed"
        },
        "ports": {
          "value": 1,
          "unit": "word/cycle",
          "source": "Our choice: one port",
          "label": "reconstructed"
        },
        "doubleBuffered": true,
        "readEnergy": {
          "value": 0.5391,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 34.5 pJ per 64-bit read",
          "label": "literature"
        },
        "writeEnergy": {
          "value": 0.5141,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 32.9 pJ per 64-bit write",
          "label": "literature"
        },
        "leakage": {
          "value": 1,
          "unit": "uW",
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit",
          "label": "literature"
        },
        "area": {
          "value": 0.249,
          "unit": "mm2",
          "source": "P. Bai et al., IEDM 2004: 0.57 um2 per 6T cell at 65 nm; array efficiency 60 % assumed, 45 to 75 % as spread",
          "label": "reconstructed",
          "low": 0.1992,
          "high": 0.332
        }
      },
      {
        "name": "sum-buffer",
        "operands": [
          "partialSums"
        ],
        "capacity": {
          "value": 32768,
          "unit": "byte",
          "source": "Our choice: the publication does not state its buffers",
          "label": "reconstructed"
        },
        "wordWidth": {
          "value": 64,
          "unit": "bit",
          "source": "Our choice: the word for which CACTI was run",
          "label": "reconstructed"
        },
        "ports": {
          "value": 1,
          "unit": "word/cycle",
          "source": "Our choice: one port",
          "label": "reconstructed"
        },
        "doubleBuffered": true,
        "readEnergy": {
          "value": 0.5391,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 34.5 pJ per 64-bit read",
          "label": "literature"
        },
        "writeEnergy": {
          "value": 0.5141,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 32.9 pJ per 64-bit write",
          "label": "literature"
        },
        "leakage": {
          "value": 1,
          "unit": "uW",
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit",
          "label": "literature"
        },
        "area": {
          "value": 0.249,
          "unit": "mm2",
          "source": "P. Bai et al., IEDM 2004: 0.57 um2 per 6T cell at 65 nm; array efficiency 60 % assumed, 45 to 75 % as spread",
          "label": "reconstructed",
          "low": 0.1992,
          "high": 0.332
        }
      }
    ],
    "network": {
      "energy": {
        "value": 0.1797,
        "unit": "pJ/bit",
        "voltageV": 1.2,
        "source": "Eyeriss, 65 nm, relative access energies: network on chip 2, global buffer 6 (Chen et al., ISCA 2016); a third of the 32 KB read",
        "label": "reconstructed"
      },
      "multicast": false
    }
  },
  "zhu2020-x16": {
    "kind": "tally-system",
    "formatVersion": 1,
    "name": "zhu2020-x16",
    "title": "Sixteen macros of Zhu et al. 2020 (W3A2 reading), three 64 KB buffers, multicast, LPDDR4: for studies, never built",
    "chip": {
      "name": "zhu2020",
      "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020; see the chip",
      "label": "reconstructed"
    },
    "macros": {
      "value": 16,
      "unit": "macro",
      "source": "Our choice, for studies of several macros",
      "label": "reconstructed"
    },
    "memory": {
      "name": "LPDDR4",
      "bandwidth": {
        "value": 256,
        "unit": "bit/cycle",
        "source": "Our choice: 256 bits per clock, 4.6 GB/s at 143 MHz, a third of a 32-bit LPDDR4-3200 channel",
        "label": "reconstructed"
      },
      "readEnergy": {
        "value": 8,
        "unit": "pJ/bit",
        "source": "DRAM energy per bit as tabulated in the technology models of Timeloop: LPDDR4 8, LPDDR 40, DDR3 70, HBM2 3.9 pJ; LPDDR4 here, HBM2 and DDR3 as spread",
        "label": "literature",
        "low": 3.9,
        "high": 70
      },
      "writeEnergy": {
        "value": 8,
        "unit": "pJ/bit",
        "source": "DRAM energy per bit as tabulated in the technology models of Timeloop: LPDDR4 8, LPDDR 40, DDR3 70, HBM2 3.9 pJ; LPDDR4 here, HBM2 and DDR3 as spread; taken for reads and writes alike",
        "label": "literature",
        "low": 3.9,
        "high": 70
      }
    },
    "buffers": [
      {
        "name": "weight-buffer",
        "operands": [
          "weights"
        ],
        "capacity": {
          "value": 65536,
          "unit": "byte",
          "source": "Our choice: the publication does not state its buffers",
          "label": "reconstructed"
        },
        "wordWidth": {
          "value": 64,
          "unit": "bit",
          "source": "Our choice: the word for which CACTI was run",
          "label": "reconstructed"
        },
        "ports": {
          "value": 4,
          "unit": "word/cycle",
          "source": "Our choice: 4 banks, accesses spread evenly",
          "label": "reconstructed"
        },
        "doubleBuffered": true,
        "readEnergy": {
          "value": 0.85,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 64 KB x 64 bit: 54.4 pJ per 64-bit read",
          "label": "literature"
        },
        "writeEnergy": {
          "value": 0.6797,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 64 KB x 64 bit: 43.5 pJ per 64-bit write",
          "label": "literature"
        },
        "leakage": {
          "value": 1.85,
          "unit": "uW",
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 64 KB x 64 bit",
          "label": "literature"
        },
        "area": {
          "value": 0.4981,
          "unit": "mm2",
          "source": "P. Bai et al., IEDM 2004: 0.57 um2 per 6T cell at 65 nm; array efficiency 60 % assumed, 45 to 75 % as spread",
          "label": "reconstructed",
          "low": 0.3985,
          "high": 0.6641
        }
      },
      {
        "name": "activation-buffer",
        "operands": [
          "activations"
        ],
        "capacity": {
          "value": 65536,
          "unit": "byte",
          "source": "Our choice: the publication does not state its buffers",
          "label": "reconstructed"
        },
        "wordWidth": {
          "value": 64,
          "unit": "bit",
          "source": "Our choice: the word for which CACTI was run",
          "label": "reconstructed"
        },
        "ports": {
          "value": 4,
          "unit": "word/cycle",
          "source": "Our choice: 4 banks, accesses spread evenly",
          "label": "reconstructed"
        },
        "doubleBuffered": true,
        "readEnergy": {
          "value": 0.85,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 64 KB x 64 bit: 54.4 pJ per 64-bit read",
          "label": "literature"
        },
        "writeEnergy": {
          "value": 0.6797,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 64 KB x 64 bit: 43.5 pJ per 64-bit write",
          "label": "literature"
        },
        "leakage": {
          "value": 1.85,
          "unit": "uW",
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 64 KB x 64 bit",
          "label": "literature"
        },
        "area": {
          "value": 0.4981,
          "unit": "mm2",
          "source": "P. Bai et al., IEDM 2004: 0.57 um2 per 6T cell at 65 nm; array efficiency 60 % assumed, 45 to 75 % as spread",
          "label": "reconstructed",
          "low": 0.3985,
          "high": 0.6641
        }
      },
      {
        "name": "sum-buffer",
        "operands": [
          "partialSums"
        ],
        "capacity": {
          "value": 65536,
          "unit": "byte",
          "source": "Our choice: the publication does not state its buffers",
          "label": "reconstructed"
        },
        "wordWidth": {
          "value": 64,
          "unit": "bit",
          "source": "Our choice: the word for which CACTI was run",
          "label": "reconstructed"
        },
        "ports": {
          "value": 8,
          "unit": "word/cycle",
          "source": "Our choice: 8 banks, accesses spread evenly",
          "label": "reconstructed"
        },
        "doubleBuffered": true,
        "readEnergy": {
          "value": 0.85,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 64 KB x 64 bit: 54.4 pJ per 64-bit read",
          "label": "literature"
        },
        "writeEnergy": {
          "value": 0.6797,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 64 KB x 64 bit: 43.5 pJ per 64-bit write",
          "label": "literature"
        },
        "leakage": {
          "value": 1.85,
          "unit": "uW",
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 64 KB x 64 bit",
          "label": "literature"
        },
        "area": {
          "value": 0.4981,
          "unit": "mm2",
          "source": "P. Bai et al., IEDM 2004: 0.57 um2 per 6T cell at 65 nm; array efficiency 60 % assumed, 45 to 75 % as spread",
          "label": "reconstructed",
          "low": 0.3985,
          "high": 0.6641
        }
      }
    ],
    "network": {
      "energy": {
        "value": 0.2833,
        "unit": "pJ/bit",
        "voltageV": 1.2,
        "source": "Eyeriss, 65 nm, relative access energies: network on chip 2, global buffer 6 (Chen et al., ISCA 2016); a third of the 64 KB read",
        "label": "reconstructed"
      },
      "multicast": true
    }
  },
  "zhu2020": {
    "kind": "tally-system",
    "formatVersion": 1,
    "name": "zhu2020",
    "title": "One macro of Zhu et al. 2020 (W3A2 reading), three 32 KB buffers, LPDDR4",
    "chip": {
      "name": "zhu2020",
      "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020; see the chip",
      "label": "reconstructed"
    },
    "macros": {
      "value": 1,
      "unit": "macro",
      "source": "Zhu et al., IEEE JETCAS 10(3):283-294, 2020, abstract: one 7.36 Kb macro",
      "label": "published"
    },
    "memory": {
      "name": "LPDDR4",
      "bandwidth": {
        "value": 64,
        "unit": "bit/cycle",
        "source": "Our choice: 64 bits per clock, 1.14 GB/s at 143 MHz, a tenth of a 32-bit LPDDR4-3200 channel",
        "label": "reconstructed"
      },
      "readEnergy": {
        "value": 8,
        "unit": "pJ/bit",
        "source": "DRAM energy per bit as tabulated in the technology models of Timeloop: LPDDR4 8, LPDDR 40, DDR3 70, HBM2 3.9 pJ; LPDDR4 here, HBM2 and DDR3 as spread",
        "label": "literature",
        "low": 3.9,
        "high": 70
      },
      "writeEnergy": {
        "value": 8,
        "unit": "pJ/bit",
        "source": "DRAM energy per bit as tabulated in the technology models of Timeloop: LPDDR4 8, LPDDR 40, DDR3 70, HBM2 3.9 pJ; LPDDR4 here, HBM2 and DDR3 as spread; taken for reads and writes alike",
        "label": "literature",
        "low": 3.9,
        "high": 70
      }
    },
    "buffers": [
      {
        "name": "weight-buffer",
        "operands": [
          "weights"
        ],
        "capacity": {
          "value": 32768,
          "unit": "byte",
          "source": "Our choice: the publication does not state its buffers",
          "label": "reconstructed"
        },
        "wordWidth": {
          "value": 64,
          "unit": "bit",
          "source": "Our choice: the word for which CACTI was run",
          "label": "reconstructed"
        },
        "ports": {
          "value": 1,
          "unit": "word/cycle",
          "source": "Our choice: one port",
          "label": "reconstructed"
        },
        "doubleBuffered": true,
        "readEnergy": {
          "value": 0.5391,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 34.5 pJ per 64-bit read",
          "label": "literature"
        },
        "writeEnergy": {
          "value": 0.5141,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 32.9 pJ per 64-bit write",
          "label": "literature"
        },
        "leakage": {
          "value": 1,
          "unit": "uW",
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit",
          "label": "literature"
        },
        "area": {
          "value": 0.249,
          "unit": "mm2",
          "source": "P. Bai et al., IEDM 2004: 0.57 um2 per 6T cell at 65 nm; array efficiency 60 % assumed, 45 to 75 % as spread",
          "label": "reconstructed",
          "low": 0.1992,
          "high": 0.332
        }
      },
      {
        "name": "activation-buffer",
        "operands": [
          "activations"
        ],
        "capacity": {
          "value": 32768,
          "unit": "byte",
          "source": "Our choice: the publication does not state its buffers",
          "label": "reconstructed"
        },
        "wordWidth": {
          "value": 64,
          "unit": "bit",
          "source": "Our choice: the word for which CACTI was run",
          "label": "reconstructed"
        },
        "ports": {
          "value": 1,
          "unit": "word/cycle",
          "source": "Our choice: one port",
          "label": "reconstructed"
        },
        "doubleBuffered": true,
        "readEnergy": {
          "value": 0.5391,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 34.5 pJ per 64-bit read",
          "label": "literature"
        },
        "writeEnergy": {
          "value": 0.5141,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 32.9 pJ per 64-bit write",
          "label": "literature"
        },
        "leakage": {
          "value": 1,
          "unit": "uW",
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit",
          "label": "literature"
        },
        "area": {
          "value": 0.249,
          "unit": "mm2",
          "source": "P. Bai et al., IEDM 2004: 0.57 um2 per 6T cell at 65 nm; array efficiency 60 % assumed, 45 to 75 % as spread",
          "label": "reconstructed",
          "low": 0.1992,
          "high": 0.332
        }
      },
      {
        "name": "sum-buffer",
        "operands": [
          "partialSums"
        ],
        "capacity": {
          "value": 32768,
          "unit": "byte",
          "source": "Our choice: the publication does not state its buffers",
          "label": "reconstructed"
        },
        "wordWidth": {
          "value": 64,
          "unit": "bit",
          "source": "Our choice: the word for which CACTI was run",
          "label": "reconstructed"
        },
        "ports": {
          "value": 1,
          "unit": "word/cycle",
          "source": "Our choice: one port",
          "label": "reconstructed"
        },
        "doubleBuffered": true,
        "readEnergy": {
          "value": 0.5391,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 34.5 pJ per 64-bit read",
          "label": "literature"
        },
        "writeEnergy": {
          "value": 0.5141,
          "unit": "pJ/bit",
          "voltageV": 1.2,
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit: 32.9 pJ per 64-bit write",
          "label": "literature"
        },
        "leakage": {
          "value": 1,
          "unit": "uW",
          "source": "CACTI 7, 65 nm LSTP, 1.2 V, 300 K, 32 KB x 64 bit",
          "label": "literature"
        },
        "area": {
          "value": 0.249,
          "unit": "mm2",
          "source": "P. Bai et al., IEDM 2004: 0.57 um2 per 6T cell at 65 nm; array efficiency 60 % assumed, 45 to 75 % as spread",
          "label": "reconstructed",
          "low": 0.1992,
          "high": 0.332
        }
      }
    ],
    "network": {
      "energy": {
        "value": 0.1797,
        "unit": "pJ/bit",
        "voltageV": 1.2,
        "source": "Eyeriss, 65 nm, relative access energies: network on chip 2, global buffer 6 (Chen et al., ISCA 2016); a third of the 32 KB read",
        "label": "reconstructed"
      },
      "multicast": false
    }
  }
};
