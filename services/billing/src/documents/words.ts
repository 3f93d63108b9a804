import type { Language } from './formats.ts';

export type BilledService = 'ELECTRICITY' | 'GAS' | 'WATER' | 'HEAT';

/** Everything that a bill says by itself, in one language; what the tariff names comes from the tariff. */
export interface Words {
  readonly title: Readonly<Record<BilledService, string>>;
  readonly customer: string;
  readonly usagePoint: string;
  readonly billNumber: string;
  readonly tariff: string;
  readonly period: string;
  readonly days: (count: number) => string;
  readonly issued: string;
  readonly dueOn: string;
  readonly amountDue: string;
  readonly credit: string;
  readonly creditNote: string;
  readonly nothingDue: string;
  readonly paid: string;
  readonly lateFees: string;
  readonly thisBill: string;
  readonly revision: (number: number) => string;
  readonly replacesLabel: string;
  readonly replacedBy: (bill: string) => string;
  readonly cancelled: string;
  readonly cancelledOn: (date: string) => string;
  readonly notPayable: string;
  readonly charges: string;
  readonly total: string;
  readonly daily: (unit: string) => string;
  readonly dailySummary: (most: string, mostOn: string, mean: string) => string;
  readonly estimated: string;
  readonly tiers: string;
  readonly tier: (number: number) => string;
  readonly tierRange: (from: string | undefined, to: string | undefined, unit: string) => string;
  readonly tierReached: (tier: number, used: string) => string;
  readonly tierLeft: (left: string, next: number) => string;
  readonly prorated: (days: number, ofDays: number) => string;
  readonly comparison: string;
  readonly before: string;
  readonly yearBefore: string;
  readonly usage: string;
  readonly usagePerDay: string;
  readonly amount: string;
  readonly amountPerDay: string;
  /** Of the usage a day against that of the bill before, or of the same month last year. */
  readonly change: Readonly<Record<'before' | 'yearBefore', (percent: string, isMore: boolean) => string>>;
  readonly same: Readonly<Record<'before' | 'yearBefore', string>>;
  readonly noEarlier: string;
  readonly computation: string;
  readonly computationNote: string;
  readonly charge: string;
  readonly calculation: string;
  readonly rounding: string;
  readonly totalRounding: string;
  readonly noCredit: string;
  /** Of the power factor. */
  readonly sides: Readonly<Record<string, string>>;
  readonly basis: string;
  readonly determinant: string;
  readonly quantity: string;
  readonly determinants: Readonly<Record<string, string>>;
  readonly quality: string;
  readonly allMeasured: (days: number) => string;
  readonly notMeasured: (estimated: number, suspect: number, missing: number) => string;
  readonly dailyValues: string;
  readonly legend: string;
  readonly page: (page: number, pages: number) => string;
  readonly units: Readonly<Record<string, (quantity: string) => string>>;
  readonly seasons: Readonly<Record<string, string>>;
  readonly explanation: Explanations;
}

/** What a charge of each kind is. */
export interface Explanations {
  readonly fixed: string;
  readonly fixedByTier: (tiersOf: string) => string;
  readonly fixedByAttribute: string;
  readonly flat: (unit: string) => string;
  readonly progressive: (unit: string) => string;
  readonly timeOfUse: (unit: string) => string;
  readonly demand: string;
  readonly powerFactor: (of: string) => string;
  readonly discount: (of: string) => string;
  readonly minimum: (of: string) => string;
  readonly percentage: (of: string) => string;
  readonly other: string;
}

const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

const en: Words = {
  title: {
    ELECTRICITY: 'Electricity bill',
    GAS: 'Gas bill',
    WATER: 'Water bill',
    HEAT: 'Heat bill',
  },
  customer: 'Customer number',
  usagePoint: 'Usage point',
  billNumber: 'Bill number',
  tariff: 'Tariff',
  period: 'Billing period',
  days: (days) => count(days, 'day'),
  issued: 'Issued on',
  dueOn: 'Please pay by',
  amountDue: 'Amount due',
  credit: 'Credit in your favour',
  creditNote: 'You need not pay this bill; the credit is set against what comes next.',
  nothingDue: 'Nothing is due.',
  paid: 'Paid',
  lateFees: 'Late payment charge',
  thisBill: 'This bill',
  revision: (number) => `Revision ${number}`,
  replacesLabel: 'Replaces',
  replacedBy: (bill) => `It is replaced by ${bill}.`,
  cancelled: 'Cancelled',
  cancelledOn: (date) => `This bill was cancelled on ${date}.`,
  notPayable: 'Do not pay it.',
  charges: 'Your charges',
  total: 'Total',
  daily: (unit) => `Daily usage in ${unit}`,
  dailySummary: (most, mostOn, mean) => `${mean} a day on average; most on ${mostOn}, ${most}.`,
  estimated: 'partly estimated',
  tiers: 'Where your usage stands in the tiers',
  tier: (number) => `Tier ${number}`,
  tierRange: (from, to, unit) =>
    to === undefined
      ? from === undefined
        ? `all ${unit}`
        : `above ${from} ${unit}`
      : from === undefined
        ? `up to ${to} ${unit}`
        : `${from} to ${to} ${unit}`,
  tierReached: (tier, used) => `Your usage of ${used} reaches tier ${tier}.`,
  tierLeft: (left, next) => `Tier ${next} begins ${left} above it.`,
  prorated: (days, ofDays) => `Limits for ${days} of ${ofDays} days.`,
  comparison: 'Compared with earlier bills',
  before: 'Bill before',
  yearBefore: 'Same month last year',
  usage: 'Usage',
  usagePerDay: 'Usage a day',
  amount: 'Amount',
  amountPerDay: 'Amount a day',
  change: {
    before: (percent, isMore) =>
      `You used ${percent} ${isMore ? 'more' : 'less'} a day than in the period before.`,
    yearBefore: (percent, isMore) =>
      `You used ${percent} ${isMore ? 'more' : 'less'} a day than in the same month last year.`,
  },
  same: {
    before: 'You used as much a day as in the period before.',
    yearBefore: 'You used as much a day as in the same month last year.',
  },
  noEarlier: 'There is no earlier bill of this agreement to compare with.',
  computation: 'How each amount was computed',
  computationNote:
    'Quantity × rate = amount; where a line is for a part of the period, × its days / the days that the rate is stated for.',
  charge: 'Charge',
  calculation: 'Calculation',
  rounding: 'rounding',
  totalRounding: 'Rounding of the total',
  noCredit: 'No credit below zero',
  sides: { lagging: 'lagging', leading: 'leading' },
  basis: 'What the bill rests on',
  determinant: 'Determinant',
  quantity: 'Quantity',
  determinants: {
    'active-energy-import': 'Active energy taken',
    'active-energy-export': 'Active energy fed in',
    'reactive-energy-import': 'Reactive energy, lagging',
    'reactive-energy-export': 'Reactive energy, leading',
    'gas-volume': 'Gas volume',
    'water-volume': 'Water volume',
    import: 'Quantity billed',
    export: 'Fed in, billed',
    'reactive-import': 'Reactive energy, lagging, billed',
    'reactive-export': 'Reactive energy, leading, billed',
    'time-of-use': 'Energy used',
    'export-time-of-use': 'Energy fed in',
    'max-demand': 'Maximum demand',
    'billed-demand': 'Demand billed',
    'contract-power': 'Contract power',
    'power-factor-lagging': 'Power factor, lagging',
    'power-factor-leading': 'Power factor, leading',
    'correction-factor': 'Correction factor',
    'standard-volume': 'Standard volume',
    'calorific-value': 'Calorific value',
    energy: 'Energy of the gas',
    'billing-days': 'Days billed',
  },
  quality: 'Quality of the readings',
  allMeasured: (days) => `All intervals of all ${count(days, 'day')} were measured and found valid.`,
  notMeasured: (estimated, suspect, missing) =>
    [
      estimated > 0 && `${count(estimated, 'interval')} estimated`,
      suspect > 0 && `${count(suspect, 'interval')} measured but in doubt`,
      missing > 0 && `${count(missing, 'interval')} missing`,
    ]
      .filter(Boolean)
      .join(', ') + '; all others were measured and found valid.',
  dailyValues: 'Daily values',
  legend: 'What the charges are',
  page: (page, pages) => `Page ${page} of ${pages}`,
  units: {
    month: (quantity) => `${quantity} ${quantity === '1' ? 'month' : 'months'}`,
    day: (quantity) => `${quantity} ${quantity === '1' ? 'day' : 'days'}`,
    year: (quantity) => `${quantity} ${quantity === '1' ? 'year' : 'years'}`,
    d: (quantity) => `${quantity} ${quantity === '1' ? 'day' : 'days'}`,
  },
  seasons: {
    summer: 'summer',
    winter: 'winter',
    other: 'other seasons',
    'spring-fall': 'spring and autumn',
    'spring-autumn': 'spring and autumn',
    spring: 'spring',
    autumn: 'autumn',
    fall: 'autumn',
  },
  explanation: {
    fixed: 'A fixed amount, whatever is used.',
    fixedByTier: (tiersOf) => `A fixed amount a month, by the tier that the usage reaches (${tiersOf}).`,
    fixedByAttribute: 'A fixed amount, by what is installed at the usage point.',
    flat: (unit) => `The same rate for every ${unit}.`,
    progressive: (unit) => `A rate for each ${unit} that rises from tier to tier.`,
    timeOfUse: (unit) => `A rate for each ${unit} by the season, day and hour of its use.`,
    demand: 'For the highest power that was taken or contracted, in kW.',
    powerFactor: (of) => `Added to or taken off ${of}, by how much reactive power was taken.`,
    discount: (of) => `Taken off ${of} where the conditions are met.`,
    minimum: (of) => `What ${of} come to at least.`,
    percentage: (of) => `A share of ${of}.`,
    other: 'As the tariff states.',
  },
};

const ko: Words = {
  title: {
    ELECTRICITY: '전기요금 청구서',
    GAS: '가스요금 청구서',
    WATER: '수도요금 청구서',
    HEAT: '열요금 청구서',
  },
  customer: '고객번호',
  usagePoint: '사용장소',
  billNumber: '청구서 번호',
  tariff: '계약종별',
  period: '사용기간',
  days: (days) => `${days}일`,
  issued: '발행일',
  dueOn: '납기일',
  amountDue: '청구금액',
  credit: '환급(차감) 예정 금액',
  creditNote: '납부하실 금액이 없으며, 이 금액은 다음 청구에서 차감됩니다.',
  nothingDue: '납부하실 금액이 없습니다.',
  paid: '납부하신 금액',
  lateFees: '연체료',
  thisBill: '이번 청구',
  revision: (number) => `정정 ${number}차`,
  replacesLabel: '대체한 청구서',
  replacedBy: (bill) => `${bill}(으)로 대체되었습니다.`,
  cancelled: '취소됨',
  cancelledOn: (date) => `이 청구서는 ${date}에 취소되었습니다.`,
  notPayable: '납부하지 마십시오.',
  charges: '청구 내역',
  total: '합계',
  daily: (unit) => `일별 사용량 (${unit})`,
  dailySummary: (most, mostOn, mean) => `하루 평균 ${mean}, 최대 ${mostOn} ${most}`,
  estimated: '일부 추정',
  tiers: '누진 단계별 사용량',
  tier: (number) => `${number}단계`,
  tierRange: (from, to, unit) =>
    to === undefined
      ? from === undefined
        ? `전체 ${unit}`
        : `${from} ${unit} 초과`
      : from === undefined
        ? `${to} ${unit} 이하`
        : `${from}~${to} ${unit}`,
  tierReached: (tier, used) => `사용량 ${used}, ${tier}단계에 해당합니다.`,
  tierLeft: (left, next) => `${left} 더 사용하시면 ${next}단계가 적용됩니다.`,
  prorated: (days, ofDays) => `${ofDays}일 중 ${days}일분의 구간입니다.`,
  comparison: '사용량·요금 비교',
  before: '직전 청구',
  yearBefore: '전년 같은 달',
  usage: '사용량',
  usagePerDay: '하루 평균 사용량',
  amount: '금액',
  amountPerDay: '하루 평균 금액',
  change: {
    before: (percent, isMore) => `직전 청구보다 하루 평균 ${percent} ${isMore ? '더' : '덜'} 사용하셨습니다.`,
    yearBefore: (percent, isMore) =>
      `전년 같은 달보다 하루 평균 ${percent} ${isMore ? '더' : '덜'} 사용하셨습니다.`,
  },
  same: {
    before: '직전 청구와 하루 평균 사용량이 같습니다.',
    yearBefore: '전년 같은 달과 하루 평균 사용량이 같습니다.',
  },
  noEarlier: '비교할 이전 청구서가 없습니다.',
  computation: '요금 계산 내역',
  computationNote:
    '수량 × 단가 = 금액이며, 기간의 일부에 해당하는 항목은 × 해당 일수 / 기준 일수로 계산합니다.',
  charge: '항목',
  calculation: '계산식',
  rounding: '단수 조정',
  totalRounding: '합계 단수 조정',
  noCredit: '0 미만 금액 미적용',
  sides: { lagging: '지상', leading: '진상' },
  basis: '요금 산정 근거',
  determinant: '산정 항목',
  quantity: '수량',
  determinants: {
    'active-energy-import': '유효전력량(수전)',
    'active-energy-export': '유효전력량(송전)',
    'reactive-energy-import': '무효전력량(지상)',
    'reactive-energy-export': '무효전력량(진상)',
    'gas-volume': '가스 사용량',
    'water-volume': '수도 사용량',
    import: '요금적용 사용량',
    export: '요금적용 송전량',
    'reactive-import': '요금적용 무효전력량(지상)',
    'reactive-export': '요금적용 무효전력량(진상)',
    'time-of-use': '사용량',
    'export-time-of-use': '송전량',
    'max-demand': '최대수요전력',
    'billed-demand': '요금적용전력',
    'contract-power': '계약전력',
    'power-factor-lagging': '지상 역률',
    'power-factor-leading': '진상 역률',
    'correction-factor': '온압보정계수',
    'standard-volume': '표준상태 부피',
    'calorific-value': '평균열량',
    energy: '가스 열량',
    'billing-days': '사용일수',
  },
  quality: '검침 데이터 품질',
  allMeasured: (days) => `${days}일의 모든 구간이 실제로 계측되고 검증되었습니다.`,
  notMeasured: (estimated, suspect, missing) =>
    [
      estimated > 0 && `추정 ${estimated}개 구간`,
      suspect > 0 && `확인 필요 ${suspect}개 구간`,
      missing > 0 && `누락 ${missing}개 구간`,
    ]
      .filter(Boolean)
      .join(', ') + '이며, 그 밖의 구간은 모두 계측·검증되었습니다.',
  dailyValues: '일별 사용량',
  legend: '항목 설명',
  page: (page, pages) => `${page} / ${pages} 쪽`,
  units: {
    month: (quantity) => `${quantity}개월`,
    day: (quantity) => `${quantity}일`,
    year: (quantity) => `${quantity}년`,
    d: (quantity) => `${quantity}일`,
  },
  seasons: {
    summer: '여름철',
    winter: '겨울철',
    other: '기타 계절',
    'spring-fall': '봄·가을철',
    'spring-autumn': '봄·가을철',
    spring: '봄철',
    autumn: '가을철',
    fall: '가을철',
  },
  explanation: {
    fixed: '사용량과 관계없이 부과되는 금액입니다.',
    fixedByTier: (tiersOf) => `사용량이 해당하는 단계(${tiersOf})에 따라 매월 부과되는 금액입니다.`,
    fixedByAttribute: '사용장소의 설비에 따라 부과되는 금액입니다.',
    flat: (unit) => `모든 ${unit}에 같은 단가를 적용합니다.`,
    progressive: (unit) => `단계가 높아질수록 ${unit}당 단가가 높아집니다.`,
    timeOfUse: (unit) => `계절, 요일, 시간대에 따라 ${unit}당 단가가 달라집니다.`,
    demand: '최대수요전력 또는 계약전력(kW)에 따라 부과되는 금액입니다.',
    powerFactor: (of) => `역률에 따라 ${of}에 더하거나 뺍니다.`,
    discount: (of) => `조건에 해당하면 ${of}에서 차감합니다.`,
    minimum: (of) => `${of}의 최저 금액입니다.`,
    percentage: (of) => `${of}의 일정 비율입니다.`,
    other: '요금표에 따릅니다.',
  },
};

export const wordsIn: Readonly<Record<Language, Words>> = { en, ko };
